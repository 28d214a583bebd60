import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { ArrowLeft, Inbox, MousePointerClick } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { approvalsQuery } from '@/api/approvals'
import { requestQuery } from '@/api/requests'
import { cn } from '@/components/cn'
import { Empty } from '@/components/empty'
import { Failure } from '@/components/failure'
import { Page } from '@/components/page'
import { Card } from '@/components/ui/card'
import { ListSkeleton } from '@/components/ui/skeleton'
import { Decision } from './decision'
import { Keys } from './keys'
import { Queue } from './queue'
import { Reject } from './reject'
import { useDecide } from './use-decide'
import { useKeys } from './use-keys'

// Approvals is the queue with the request under decision beside it.
export function Approvals({ id }: { id: string | undefined }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const query = useInfiniteQuery(approvalsQuery())
  const [rejecting, setRejecting] = useState(false)
  const items = query.data?.pages.flatMap((page) => page.items) ?? []
  const total = query.data?.pages[0]?.total ?? 0

  const at = items.findIndex((item) => item.id === id)
  // A link may lead to a request that is decided, or further down the queue.
  const detail = useQuery({ ...requestQuery(id ?? ''), enabled: id !== undefined })
  const selected = detail.data ?? items[at]
  const go = (to: string | undefined) => navigate(to ? `/approvals/${to}` : '/approvals', { replace: id !== undefined })
  const step = (by: 1 | -1) => {
    const next = at < 0 ? items[0] : items[at + by]
    if (next) void go(next.id)
  }
  // Who decides moves on to the next one; at the end, back to the one before.
  const decide = useDecide(() => void go((items[at + 1] ?? items[at - 1])?.id))
  const approve = () => id && decide.mutate({ id, decision: 'approve', reason: '' })
  const mayDecide = selected?.can.decide && !decide.isPending

  useKeys(!rejecting, {
    j: () => step(1),
    k: () => step(-1),
    a: () => mayDecide && approve(),
    r: () => mayDecide && setRejecting(true),
  })

  return (
    <Page
      wide
      title={t('approvals.title')}
      lead={query.isSuccess && (total > 0 ? t('approvals.lead', { count: total }) : t('approvals.leadNone'))}
      action={items.length > 0 && <Keys />}
    >
      <div className="grid grid-cols-1 items-start gap-6 lg:grid-cols-[22rem_minmax(0,1fr)]">
        <Card className={cn('overflow-hidden lg:sticky lg:top-20 lg:max-h-[calc(100dvh-7rem)] lg:overflow-y-auto', id && 'max-lg:hidden')} aria-label={t('approvals.queue')}>
          {query.isPending && <ListSkeleton rows={5} />}
          {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
          {query.isSuccess && items.length === 0 && (
            <Empty icon={Inbox} title={t('approvals.empty')}>
              {t('approvals.emptyText')}
            </Empty>
          )}
          <Queue items={items} selected={id} more={query} />
        </Card>
        <div className={cn(!id && 'max-lg:hidden')}>
          {id && (
            <Link to="/approvals" className="mb-3 inline-flex items-center gap-1.5 rounded text-[13px] text-soft hover:text-ink lg:hidden">
              <ArrowLeft className="size-4" aria-hidden />
              {t('approvals.backToQueue')}
            </Link>
          )}
          {id ? (
            <Decision
              key={id}
              request={selected}
              stats={items[at]?.requester_stats}
              error={detail.error}
              retry={() => void detail.refetch()}
              busy={decide.isPending}
              onApprove={approve}
              onReject={() => setRejecting(true)}
            />
          ) : (
            items.length > 0 && (
              <Card className="border-dashed">
                <Empty icon={MousePointerClick} title={t('approvals.pick')}>
                  {t('approvals.pickText')}
                </Empty>
              </Card>
            )
          )}
        </div>
      </div>
      {selected && (
        <Reject
          key={selected.id}
          request={selected}
          open={rejecting}
          busy={decide.isPending}
          onClose={() => setRejecting(false)}
          onReject={(reason) => decide.mutate({ id: selected.id, decision: 'reject', reason }, { onSettled: () => setRejecting(false) })}
        />
      )}
    </Page>
  )
}
