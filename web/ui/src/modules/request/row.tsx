import { Link } from 'react-router'
import { useTranslation } from 'react-i18next'
import type { Request } from '@/api/types'
import { Money } from '@/components/money'
import { Time } from '@/components/time'
import { nameOf } from '../person'
import { Circle, looks, StateBadge } from './state'
import { useStanding } from './use-standing'

// RequestRow is one line of a list of requests.
export function RequestRow({ request, owner }: { request: Request; owner?: boolean }) {
  const { t } = useTranslation()
  const sentence = useStanding(request)
  const look = looks[request.state]
  return (
    <li className="relative flex items-center gap-4 px-5 py-4 transition-colors hover:bg-hover">
      <Circle tone={look.tone} icon={look.icon} className="max-sm:hidden" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <Link to={`/requests/${request.id}`} className="font-semibold after:absolute after:inset-0 after:content-['']">
            {request.name}
          </Link>
          <span className="text-[13px] text-soft">{request.project}</span>
          {owner && <span className="text-[13px] text-soft">{t('requests.by', { name: nameOf(request.requester, t) })}</span>}
        </p>
        <p className="mt-0.5 text-[13px] text-soft">{sentence}</p>
        <StateBadge state={request.state} className="mt-2 sm:hidden" />
      </div>
      <div className="hidden w-44 text-[13px] text-soft lg:block">
        <p>{t('hardware.short', { size: request.size, vcpu: request.vcpu, ram: request.ram_gib })}</p>
        <p>
          <Money cents={request.monthly_cents} currency={request.currency} /> {t('money.perMonth')}
        </p>
      </div>
      <div className="hidden w-44 flex-col items-end gap-1 text-right sm:flex">
        <StateBadge state={request.state} />
        <Time at={request.updated_at} className="text-xs text-soft" />
      </div>
    </li>
  )
}
