import { useTranslation } from 'react-i18next'
import { Button } from './ui/button'

interface Props {
  hasNextPage: boolean
  isFetchingNextPage: boolean
  fetchNextPage: () => unknown
}

// LoadMore asks for the next page of a list; it takes an infinite query as it is.
export function LoadMore({ hasNextPage, isFetchingNextPage, fetchNextPage }: Props) {
  const { t } = useTranslation()
  if (!hasNextPage) return null
  return (
    <div className="flex justify-center border-t border-line p-3">
      <Button variant="ghost" size="sm" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
        {t('action.more')}
      </Button>
    </div>
  )
}
