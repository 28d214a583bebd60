import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ApiError, plain } from '@/api/problem'
import { Failure } from '@/components/failure'
import { useTitle } from '@/components/page'
import { Button } from '@/components/ui/button'

const notFound = new ApiError(plain(404, 'Not Found'))
const forbidden = new ApiError(plain(403, 'Forbidden'))

export function Missing() {
  const { t } = useTranslation()
  useTitle(t('failure.missing.title'))
  return (
    <div className="pt-12">
      <Failure screen error={notFound} />
      <Home />
    </div>
  )
}

export function Forbidden() {
  const { t } = useTranslation()
  useTitle(t('failure.forbidden.title'))
  return (
    <div className="pt-12">
      <Failure screen error={forbidden} />
      <Home />
    </div>
  )
}

const Home = () => {
  const { t } = useTranslation()
  return (
    <div className="flex justify-center">
      <Button asChild variant="secondary">
        <Link to="/">{t('action.home')}</Link>
      </Button>
    </div>
  )
}
