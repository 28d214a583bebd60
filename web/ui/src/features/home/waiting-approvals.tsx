import { useInfiniteQuery } from '@tanstack/react-query'
import { CircleCheck } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { approvalsQuery } from '@/api/approvals'
import { Failure } from '@/components/failure'
import { Money } from '@/components/money'
import { Time } from '@/components/time'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card, CardHeader } from '@/components/ui/card'
import { ListSkeleton } from '@/components/ui/skeleton'
import { Avatar, nameOf } from '@/modules/person'

const shown = 3

// WaitingApprovals shows an approver how many wait, and the oldest of them.
export function WaitingApprovals() {
  const { t } = useTranslation()
  const query = useInfiniteQuery(approvalsQuery())
  const page = query.data?.pages[0]
  const rest = (page?.total ?? 0) - shown
  return (
    <Card aria-labelledby="waiting" className="overflow-hidden">
      <CardHeader
        id="waiting"
        title={
          <span className="flex items-center gap-2">
            {t('home.approvals')}
            {page && page.total > 0 && <Badge tone="waiting">{page.total}</Badge>}
          </span>
        }
        action={
          <Button asChild variant="link" size="bare">
            <Link to="/approvals">{rest > 0 ? t('home.approvalsMore', { count: rest }) : t('action.showAll')}</Link>
          </Button>
        }
      />
      {query.isPending && <ListSkeleton rows={3} />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {page?.total === 0 && (
        <p className="flex items-center gap-2 px-5 pb-5 text-soft">
          <CircleCheck className="size-4 text-done" aria-hidden />
          {t('home.approvalsNone')}
        </p>
      )}
      <ul className="divide-y divide-line">
        {page?.items.slice(0, shown).map((request) => (
          <li key={request.id} className="relative flex flex-wrap items-center gap-x-3.5 px-5 py-3 transition-colors hover:bg-hover">
            <Avatar name={request.requester.name} />
            <div className="min-w-0 flex-1">
              <p className="truncate">
                <Link to={`/approvals/${request.id}`} className="font-semibold after:absolute after:inset-0 after:content-['']">
                  {request.name}
                </Link>{' '}
                <span className="text-[13px] text-soft">{t('requests.by', { name: nameOf(request.requester, t) })}</span>
              </p>
              <p className="text-[13px] text-soft">
                {t('hardware.short', { size: request.size, vcpu: request.vcpu, ram: request.ram_gib })} ·{' '}
                <Money cents={request.monthly_cents} currency={request.currency} /> {t('money.perMonth')}
              </p>
            </div>
            {request.due_at && (
              <p className="text-[13px] text-soft max-sm:basis-full max-sm:pl-[46px]">
                {t('approvals.due')} <Time at={request.due_at} as="calendar" className="font-medium text-ink" />
              </p>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}
