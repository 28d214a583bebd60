import { useQuery } from '@tanstack/react-query'
import { ArrowLeft, CalendarClock } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { vmQuery } from '@/api/vms'
import type { VM } from '@/api/types'
import { FactRow, Facts } from '@/components/facts'
import { Failure } from '@/components/failure'
import { Money } from '@/components/money'
import { useTitle } from '@/components/page'
import { Time } from '@/components/time'
import { Card, CardHeader } from '@/components/ui/card'
import { ListSkeleton, Skeleton } from '@/components/ui/skeleton'
import { useLocale } from '@/format/locale'
import { useNow } from '@/format/now'
import { date } from '@/format/time'
import { OSIcon } from '@/modules/os-icon'
import { nameOf } from '@/modules/person'
import { PowerBadge } from '@/modules/vm/power'
import { Connect } from './connect'

export function VMDetail({ id }: { id: string }) {
  const { t } = useTranslation()
  const query = useQuery(vmQuery(id))
  return (
    <div className="mx-auto w-full max-w-5xl px-4 py-6 sm:px-8">
      <Link to="/vms" className="mb-4 inline-flex items-center gap-1.5 rounded text-[13px] text-soft hover:text-ink">
        <ArrowLeft className="size-4" aria-hidden />
        {t('nav.vms')}
      </Link>
      {query.isPending && (
        <>
          <Skeleton className="mb-6 h-8 w-64" />
          <Card>
            <ListSkeleton rows={4} />
          </Card>
        </>
      )}
      {query.isError && <Failure screen error={query.error} retry={() => void query.refetch()} />}
      {query.data && <Detail vm={query.data} />}
    </div>
  )
}

function Detail({ vm }: { vm: VM }) {
  const { t } = useTranslation()
  useTitle(vm.name)
  return (
    <>
      <header className="mb-6 flex items-center gap-4">
        <span className="grid size-12 shrink-0 place-items-center rounded-xl bg-brand-tint text-brand-ink">
          <OSIcon os={vm.os} className="size-6" />
        </span>
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h1 className="text-2xl leading-tight font-semibold tracking-tight break-all sm:text-[30px]">{vm.name}</h1>
            <PowerBadge state={vm.power_state} />
          </div>
          <p className="text-soft">{t('hardware.line', { size: vm.size, vcpu: vm.vcpu, ram: vm.ram_gib, disk: vm.disk_gib })}</p>
        </div>
      </header>
      <div className="grid grid-cols-1 items-start gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="grid gap-6">
          <Connect vm={vm} />
          <Lease vm={vm} />
        </div>
        <Card aria-labelledby="details">
          <CardHeader id="details" title={t('vm.details')} />
          <Facts className="px-5 pb-3">
            <FactRow name={t('vm.owner')}>{nameOf(vm.owner, t)}</FactRow>
            <FactRow name={t('vm.project')}>{vm.project}</FactRow>
            <FactRow name={t('vm.cost')}>
              <Money cents={vm.monthly_cents} currency={vm.currency} /> <span className="font-normal text-soft">{t('money.perMonth')}</span>
            </FactRow>
            <FactRow name={t('vm.template')}>{vm.template}</FactRow>
            <FactRow name={t('vm.network')}>{vm.network}</FactRow>
            <FactRow name={t('vm.created')}>
              <Time at={vm.created_at} />
            </FactRow>
            <FactRow name={t('vm.origin')}>
              <Link to={`/requests/${vm.request_id}`} className="text-brand-ink underline underline-offset-4">
                {t('vm.originLink')}
              </Link>
            </FactRow>
          </Facts>
          <div className="border-t border-line px-5 py-3 text-[13px]">
            <p className="text-soft">{t('vm.instance')}</p>
            <p className="font-mono text-xs break-all">{vm.instance_uuid}</p>
          </div>
        </Card>
      </div>
    </>
  )
}

const day = 86_400_000

// Lease shows how much of the time is used up.
function Lease({ vm }: { vm: VM }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const now = useNow()
  const start = new Date(vm.created_at).getTime()
  const end = new Date(vm.lease_ends_at).getTime()
  const used = Math.min(100, Math.max(0, ((now.getTime() - start) / (end - start)) * 100))
  const over = end < now.getTime()
  const soon = !over && end - now.getTime() < 14 * day
  return (
    <Card aria-labelledby="lease" className="px-5 py-5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h2 id="lease" className="text-[15px] font-semibold">
          {t('vm.lease')}
        </h2>
        <p className="text-[13px] text-soft">
          {t(over ? 'vm.leaseEnded' : 'vm.leaseEnds')} <Time at={vm.lease_ends_at} className="font-medium text-ink" /> · {date(new Date(end), locale)}
        </p>
      </div>
      <div className="mt-3 h-1.5 overflow-hidden rounded-full bg-neutral-tint" aria-hidden>
        <div className={soon || over ? 'h-full rounded-full bg-warning' : 'h-full rounded-full bg-brand'} style={{ width: `${used}%` }} />
      </div>
      {soon && (
        <p className="mt-3 flex items-start gap-2 text-[13px] text-warning">
          <CalendarClock className="mt-px size-4 shrink-0" aria-hidden />
          {t('vm.leaseSoon')}
        </p>
      )}
    </Card>
  )
}
