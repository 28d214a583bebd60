import type { UseQueryResult } from '@tanstack/react-query'
import { CircleCheck } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Request, RequestPage } from '@/api/types'
import { Empty } from '@/components/empty'
import { Failure } from '@/components/failure'
import { Button } from '@/components/ui/button'
import { Card, CardHeader } from '@/components/ui/card'
import { ListSkeleton } from '@/components/ui/skeleton'
import { Progress } from '@/modules/request/progress'
import { StateBadge } from '@/modules/request/state'
import { useStanding } from '@/modules/request/use-standing'

const shown = 4

export function OpenRequests({ query }: { query: UseQueryResult<RequestPage> }) {
  const { t } = useTranslation()
  const items = query.data?.items ?? []
  return (
    <Card aria-labelledby="open">
      <CardHeader id="open" title={t('home.open')} hint={t('home.openHint')} action={items.length > shown && <ShowAll />} />
      {query.isPending && <ListSkeleton rows={2} />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && items.length === 0 && (
        <Empty icon={CircleCheck} title={t('home.openEmpty')}>
          {t('home.openEmptyText')}
        </Empty>
      )}
      <ul className="divide-y divide-line">
        {items.slice(0, shown).map((request) => (
          <OpenRequest key={request.id} request={request} />
        ))}
      </ul>
    </Card>
  )
}

function ShowAll() {
  const { t } = useTranslation()
  return (
    <Button asChild variant="link" size="bare">
      <Link to="/requests?show=open">{t('action.showAll')}</Link>
    </Button>
  )
}

function OpenRequest({ request }: { request: Request }) {
  const sentence = useStanding(request)
  return (
    <li className="relative px-5 py-4 transition-colors last:rounded-b-lg hover:bg-hover">
      <div className="flex items-baseline justify-between gap-3">
        <Link to={`/requests/${request.id}`} className="min-w-0 truncate font-semibold after:absolute after:inset-0 after:content-['']">
          {request.name}
        </Link>
        <StateBadge state={request.state} />
      </div>
      <p className="mt-0.5 text-[13px] text-soft">{sentence}</p>
      <div className="-mx-8 mt-3 sm:-mx-10">
        <Progress request={request} compact />
      </div>
    </li>
  )
}
