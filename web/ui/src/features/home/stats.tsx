import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { openRequestsQuery } from '@/api/requests'
import { vmsQuery } from '@/api/vms'
import { Money } from '@/components/money'
import { Skeleton } from '@/components/ui/skeleton'

// Stats are three numbers at a glance. A "+" says that there are more pages.
export function Stats() {
  const { t } = useTranslation()
  const open = useQuery(openRequestsQuery()).data
  const page = useInfiniteQuery(vmsQuery()).data?.pages[0]
  const more = page?.next_cursor ? '+' : ''
  const cents = page?.items.reduce((sum, vm) => sum + vm.monthly_cents, 0)
  return (
    <div className="grid grid-cols-2 gap-3 sm:grid-cols-3 sm:gap-4">
      <Stat to="/vms" name={t('home.vms')} value={page && `${page.items.length}${more}`} />
      <Stat to="/requests?show=open" name={t('home.onTheWay')} value={open && `${open.items.length}${open.next_cursor ? '+' : ''}`} />
      <Stat
        to="/vms"
        name={t('home.cost')}
        value={
          page && (
            <>
              <Money cents={cents ?? 0} currency={page.items[0]?.currency ?? 'EUR'} />
              {more}
            </>
          )
        }
        unit={t('money.perMonth')}
        className="max-sm:col-span-2"
      />
    </div>
  )
}

function Stat({ to, name, value, unit, className = '' }: { to: string; name: string; value: ReactNode; unit?: string; className?: string }) {
  return (
    <Link to={to} className={`rounded-lg border border-line bg-surface px-5 py-4 shadow-card transition-colors hover:border-brand ${className}`}>
      <span className="block text-[13px] text-soft">{name}</span>
      {value === undefined ? (
        <Skeleton className="mt-2 h-7 w-16" />
      ) : (
        <span className="mt-0.5 flex items-baseline gap-1.5">
          <span className="text-2xl font-semibold tracking-tight tabular-nums">{value}</span>
          {unit && <span className="text-[13px] text-soft">{unit}</span>}
        </span>
      )}
    </Link>
  )
}
