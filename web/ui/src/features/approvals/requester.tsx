import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Request, RequesterStats } from '@/api/types'
import { Money } from '@/components/money'
import { useLocale } from '@/format/locale'
import { money } from '@/format/number'
import { Avatar, nameOf } from '@/modules/person'
import { StateBadge } from '@/modules/request/state'

// Requester is who asks: what they have, and how their last requests went.
export function Requester({ request, stats }: { request: Request; stats: RequesterStats }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const { requester, currency } = request
  const after = money(stats.monthly_cents + request.monthly_cents, currency, locale)
  return (
    <section aria-labelledby="requester">
      <h3 id="requester" className="mb-2 text-[13px] font-medium text-soft">
        {t('approvals.requester')}
      </h3>
      <div className="flex items-center gap-3">
        <Avatar name={requester.name} className="size-10 text-sm" />
        <div className="min-w-0">
          <p className="font-semibold">{nameOf(requester, t)}</p>
          {requester.email && (
            <a href={`mailto:${requester.email}`} className="block truncate text-[13px] text-soft hover:text-ink hover:underline">
              {requester.email}
            </a>
          )}
        </div>
      </div>
      <dl className="mt-4 grid grid-cols-3 gap-2 text-center">
        <Stat name={t('approvals.statOpen')}>{stats.open}</Stat>
        <Stat name={t('approvals.statVMs')}>{stats.vms}</Stat>
        <Stat name={t('approvals.statCost')}>
          <Money cents={stats.monthly_cents} currency={currency} />
        </Stat>
      </dl>
      <p className="mt-2 text-right text-[13px] text-soft">{t('approvals.after', { amount: after })}</p>
      <h4 className="mt-4 mb-1 text-[13px] font-medium text-soft">{t('approvals.last')}</h4>
      {stats.last.length === 0 && <p className="text-[13px] text-soft">{t('approvals.lastNone')}</p>}
      <ul>
        {stats.last.map((last) => (
          <li key={last.id} className="flex items-center justify-between gap-3 py-1.5 text-[13px]">
            <Link to={`/requests/${last.id}`} className="min-w-0 truncate font-medium underline-offset-4 hover:underline">
              {last.name}
            </Link>
            <StateBadge state={last.state} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Stat({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex flex-col-reverse rounded-md bg-sunken px-2 py-2.5">
      <dt className="text-xs text-soft">{name}</dt>
      <dd className="text-lg leading-tight font-semibold tabular-nums">{children}</dd>
    </div>
  )
}
