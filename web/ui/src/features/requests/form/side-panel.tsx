import { useQuery } from '@tanstack/react-query'
import { UserCheck, Zap } from 'lucide-react'
import { useWatch } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { previewQuery } from '@/api/requests'
import type { Offering, Preview } from '@/api/types'
import { cn } from '@/components/cn'
import { Failure } from '@/components/failure'
import { Money } from '@/components/money'
import { Card } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { useLocale } from '@/format/locale'
import { money } from '@/format/number'
import { roleName } from '@/modules/role'
import { Avatar } from '@/modules/person'
import { Circle } from '@/modules/request/state'
import type { Wish } from './wish'

const month = 365 / 12 // days

// SidePanel answers, before anything is sent, what it costs and who has to
// approve. The answer is the policy's own.
export function SidePanel({ offering }: { offering: Offering }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const [sizeKey, template, network, days] = useWatch<Wish, ['size', 'template', 'network', 'lease_days']>({
    name: ['size', 'template', 'network', 'lease_days'],
  })
  const size = offering.sizes.find((s) => s.key === sizeKey)
  const preview = useQuery(previewQuery({ size: sizeKey, template, ...(network && { network }) }))
  const cents = size?.monthly_cents
  const total = cents !== undefined && days > 0 ? Math.round((cents * days) / month / 100) * 100 : undefined
  const asked = sizeKey !== '' && template !== ''

  return (
    <Card className="divide-y divide-line" aria-label={t('form.side')}>
      <div className="px-5 py-5">
        <h2 className="text-[13px] font-medium text-soft">{t('form.price')}</h2>
        {cents === undefined ? (
          <p className="mt-1 text-soft">{t('form.pricePick')}</p>
        ) : (
          <div aria-live="polite">
            <p className="mt-0.5 flex items-baseline gap-1.5">
              <span className="text-[30px] leading-tight font-semibold tracking-tight">
                <Money cents={cents} currency={offering.currency} />
              </span>
              <span className="text-soft">{t('money.perMonth')}</span>
            </p>
            {total !== undefined && (
              <p className="mt-1 text-[13px] text-soft">
                {t('form.priceTotal', { amount: money(total, offering.currency, locale), lease: t('duration.days', { count: days }) })}
              </p>
            )}
          </div>
        )}
      </div>
      <div className="px-5 py-5" aria-live="polite" aria-busy={preview.isFetching}>
        <h2 className="mb-2 text-[13px] font-medium text-soft">{t('form.approval')}</h2>
        {!asked && <p className="text-soft">{t('form.approvalPick')}</p>}
        {asked && preview.isPending && <Checking />}
        {asked && preview.isError && <Failure error={preview.error} retry={() => void preview.refetch()} />}
        {asked && preview.data && (
          <div className={cn('transition-opacity', preview.isPlaceholderData && 'opacity-50')}>
            <Answer preview={preview.data} />
          </div>
        )}
      </div>
    </Card>
  )
}

function Answer({ preview }: { preview: Preview }) {
  const { t } = useTranslation()
  const automatic = preview.outcome === 'approve'
  return (
    <div className="flex gap-3">
      <Circle tone={automatic ? 'done' : 'waiting'} icon={automatic ? Zap : UserCheck} />
      <div className="min-w-0">
        <p className="font-semibold">{t(automatic ? 'form.auto' : 'form.person')}</p>
        {automatic && <p className="mt-0.5 text-[13px] text-soft">{t('form.autoText')}</p>}
        {!automatic && preview.approvers.length === 0 && (
          <p className="mt-0.5 text-[13px] text-soft">{t('form.personRole', { role: roleName(preview.role, t) })}</p>
        )}
        {!automatic && preview.approvers.length > 0 && (
          <>
            <p className="mt-0.5 text-[13px] text-soft">{t('form.personNamed')}</p>
            <ul className="mt-2 grid gap-1.5">
              {preview.approvers.map((name) => (
                <li key={name} className="flex items-center gap-2 text-[13px] font-medium">
                  <Avatar name={name} className="size-6 text-[10px]" />
                  {name}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </div>
  )
}

function Checking() {
  const { t } = useTranslation()
  return (
    <div>
      <span className="sr-only">{t('form.checking')}</span>
      <Skeleton className="h-4 w-40" />
      <Skeleton className="mt-2 h-3 w-52" />
    </div>
  )
}
