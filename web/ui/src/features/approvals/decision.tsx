import { useQuery } from '@tanstack/react-query'
import { Check, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { meQuery } from '@/api/session'
import type { Request, RequesterStats } from '@/api/types'
import { FactRow, Facts } from '@/components/facts'
import { Failure } from '@/components/failure'
import { Money } from '@/components/money'
import { Time } from '@/components/time'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { ListSkeleton } from '@/components/ui/skeleton'
import { Receipt } from '@/modules/request/receipt'
import { StateBadge } from '@/modules/request/state'
import { Quote } from '@/modules/request/timeline'
import { Due } from './due'
import { Requester } from './requester'

interface Props {
  request: Request | undefined
  stats: RequesterStats | undefined // as the queue has them; unknown for what is not in it
  error: Error | null
  retry: () => void
  busy: boolean
  onApprove: () => void
  onReject: () => void
}

// Decision shows everything that a decision needs on one screen.
export function Decision({ request, stats, error, retry, busy, onApprove, onReject }: Props) {
  const { t } = useTranslation()
  if (!request) return <Card>{error ? <Failure error={error} retry={retry} /> : <ListSkeleton rows={4} />}</Card>
  return (
    <Card className="animate-fade" aria-labelledby="decision">
      <Head request={request} busy={busy} onApprove={onApprove} onReject={onReject} />
      <div className="grid grid-cols-1 gap-x-8 gap-y-6 px-6 py-5 xl:grid-cols-2">
        <div className="grid min-w-0 grid-cols-1 content-start gap-6">
          <Why request={request} />
          <Wanted request={request} />
        </div>
        <div className="grid min-w-0 grid-cols-1 content-start gap-6">
          {request.receipt && (
            <section aria-labelledby="why-you">
              <h3 id="why-you" className="mb-1.5 text-[13px] font-medium text-soft">
                {t(request.can.decide ? 'receipt.needs' : 'receipt.needed')}
              </h3>
              <Receipt receipt={request.receipt} />
            </section>
          )}
          {stats && <Requester request={request} stats={stats} />}
        </div>
      </div>
      <div className="border-t border-line px-6 py-3">
        <Link to={`/requests/${request.id}`} className="text-[13px] text-brand-ink underline-offset-4 hover:underline">
          {t('approvals.toRequest')}
        </Link>
      </div>
    </Card>
  )
}

interface HeadProps {
  request: Request
  busy: boolean
  onApprove: () => void
  onReject: () => void
}

function Head({ request, busy, onApprove, onReject }: HeadProps) {
  const { t } = useTranslation()
  const me = useQuery(meQuery()).data
  const waiting = request.state === 'waiting'
  return (
    <header className="flex flex-wrap items-start justify-between gap-4 border-b border-line px-6 py-5">
      <div className="min-w-0">
        <h2 id="decision" className="text-2xl leading-tight font-semibold tracking-tight break-all">
          {request.name}
        </h2>
        <p className="mt-1 text-[13px] text-soft">
          {t('approvals.asked')} <Time at={request.submitted_at} />
          {waiting && request.due_at && (
            <>
              {' · '}
              <Due at={request.due_at} />
            </>
          )}
        </p>
        {!waiting && (
          <p role="status" className="mt-2 flex items-center gap-2 text-[13px]">
            <StateBadge state={request.state} /> {t('approvals.decided')}
          </p>
        )}
        {waiting && !request.can.decide && request.requester.id === me?.person_id && <p className="mt-2 text-[13px] text-warning">{t('approvals.own')}</p>}
      </div>
      {request.can.decide && (
        <div className="flex gap-2 max-sm:w-full">
          <Button variant="refuse" size="lg" disabled={busy} onClick={onReject} className="max-sm:flex-1">
            <X aria-hidden />
            {t('approvals.reject')}
          </Button>
          <Button size="lg" busy={busy} onClick={onApprove} className="max-sm:flex-1">
            {!busy && <Check aria-hidden />}
            {t('approvals.approve')}
          </Button>
        </div>
      )}
    </header>
  )
}

function Why({ request }: { request: Request }) {
  const { t } = useTranslation()
  return (
    <section aria-labelledby="purpose">
      <h3 id="purpose" className="mb-1.5 text-[13px] font-medium text-soft">
        {t('request.why')}
      </h3>
      {request.justification ? <Quote>{request.justification}</Quote> : <p className="text-soft">{t('request.whyNone')}</p>}
    </section>
  )
}

function Wanted({ request }: { request: Request }) {
  const { t } = useTranslation()
  return (
    <section aria-labelledby="wanted">
      <h3 id="wanted" className="text-[13px] font-medium text-soft">
        {t('request.about')}
      </h3>
      <Facts>
        <FactRow name={t('request.cost')}>
          <span className="text-lg">
            <Money cents={request.monthly_cents} currency={request.currency} />
          </span>{' '}
          <span className="font-normal text-soft">{t('money.perMonth')}</span>
        </FactRow>
        <FactRow name={t('request.size')}>
          {t('hardware.line', { size: request.size, vcpu: request.vcpu, ram: request.ram_gib, disk: request.disk_gib })}
        </FactRow>
        <FactRow name={t('request.template')}>{request.template}</FactRow>
        <FactRow name={t('request.network')}>{request.network}</FactRow>
        <FactRow name={t('request.project')}>{request.project}</FactRow>
        <FactRow name={t('request.lease')}>{t('duration.days', { count: request.lease_days })}</FactRow>
      </Facts>
    </section>
  )
}
