import type { UseQueryResult } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { RequestPage } from '@/api/types'
import { Failure } from '@/components/failure'
import { Button } from '@/components/ui/button'
import { Card, CardHeader } from '@/components/ui/card'
import { ListSkeleton } from '@/components/ui/skeleton'
import { RequestRow } from '@/modules/request/row'

export function FinishedRequests({ query }: { query: UseQueryResult<RequestPage> }) {
  const { t } = useTranslation()
  if (query.data?.items.length === 0) return null
  return (
    <Card aria-labelledby="finished" className="overflow-hidden">
      <CardHeader
        id="finished"
        title={t('home.finished')}
        action={
          <Button asChild variant="link" size="bare">
            <Link to="/requests">{t('action.showAll')}</Link>
          </Button>
        }
      />
      {query.isPending && <ListSkeleton rows={3} />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      <ul className="divide-y divide-line border-t border-line">
        {query.data?.items.map((request) => <RequestRow key={request.id} request={request} />)}
      </ul>
    </Card>
  )
}
