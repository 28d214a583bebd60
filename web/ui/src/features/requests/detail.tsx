import { useQuery } from '@tanstack/react-query'
import { ArrowLeft } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { requestQuery } from '@/api/requests'
import type { Request } from '@/api/types'
import { Failure } from '@/components/failure'
import { useTitle } from '@/components/page'
import { Card, CardHeader } from '@/components/ui/card'
import { ListSkeleton, Skeleton } from '@/components/ui/skeleton'
import { nameOf } from '@/modules/person'
import { Progress } from '@/modules/request/progress'
import { Receipt } from '@/modules/request/receipt'
import { StateBadge } from '@/modules/request/state'
import { Quote, Timeline } from '@/modules/request/timeline'
import { useStanding } from '@/modules/request/use-standing'
import { About } from './about'
import { Actions } from './actions'
import { FailureNote, StalledNote } from './notes'

export function RequestDetail({ id }: { id: string }) {
  const { t } = useTranslation()
  const query = useQuery(requestQuery(id))
  return (
    <div className="mx-auto w-full max-w-5xl px-4 py-6 sm:px-8">
      <Link to="/requests" className="mb-4 inline-flex items-center gap-1.5 rounded text-[13px] text-soft hover:text-ink">
        <ArrowLeft className="size-4" aria-hidden />
        {t('nav.requests')}
      </Link>
      {query.isPending && <Waiting />}
      {query.isError && <Failure screen error={query.error} retry={() => void query.refetch()} />}
      {query.data && <Detail request={query.data} />}
    </div>
  )
}

function Detail({ request }: { request: Request }) {
  const { t } = useTranslation()
  const sentence = useStanding(request)
  useTitle(request.name)
  const { decision, receipt } = request
  return (
    <>
      <header className="mb-6 flex flex-wrap items-start justify-between gap-4">
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h1 className="text-2xl leading-tight font-semibold tracking-tight break-all sm:text-[30px]">{request.name}</h1>
            <StateBadge state={request.state} />
          </div>
          <p role="status" className="mt-1.5 text-[15px] text-soft">
            {sentence}
          </p>
        </div>
        <Actions request={request} />
      </header>
      <div className="grid grid-cols-1 items-start gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="grid gap-6">
          <Card className="px-2 py-6" aria-label={t('progress.label')}>
            <Progress request={request} />
          </Card>
          <StalledNote request={request} />
          <FailureNote request={request} />
          {request.state === 'rejected' && decision?.reason && (
            <Card className="border-refused/40 px-5 py-4" aria-label={t('requestState.rejected')}>
              <h2 className="text-[15px] font-semibold">{t('request.reason', { name: decision.by ? nameOf(decision.by, t) : t('timeline.someone') })}</h2>
              <Quote>{decision.reason}</Quote>
            </Card>
          )}
          <Card aria-labelledby="history">
            <CardHeader id="history" title={t('request.history')} />
            <Timeline request={request} />
          </Card>
        </div>
        <div className="grid gap-6">
          <About request={request} />
          {receipt && (
            <Card aria-labelledby="receipt" className="pb-5">
              <CardHeader id="receipt" title={t(receipt.outcome === 'approve' ? 'receipt.automatic' : 'receipt.needed')} />
              <div className="px-5">
                <Receipt receipt={receipt} />
              </div>
            </Card>
          )}
        </div>
      </div>
    </>
  )
}

const Waiting = () => (
  <>
    <Skeleton className="h-8 w-64" />
    <Skeleton className="mt-3 mb-6 h-4 w-96 max-w-full" />
    <Card>
      <ListSkeleton rows={4} />
    </Card>
  </>
)
