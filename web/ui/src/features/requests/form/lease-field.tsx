import { useId, useState } from 'react'
import { useController } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import type { Offering } from '@/api/types'
import { FieldError } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Segment, Segments } from '@/components/ui/radio-card'
import { useLocale } from '@/format/locale'
import { useNow } from '@/format/now'
import { date } from '@/format/time'
import type { Wish } from './wish'

const usual = [14, 30, 90, 180, 365]
const day = 86_400_000

// LeaseField offers the usual leases within the tenant's bounds, and any other
// number of days.
export function LeaseField({ offering, error }: { offering: Offering; error: string | undefined }) {
  const { t } = useTranslation()
  const id = useId()
  const locale = useLocale()
  const now = useNow()
  const { ref, value: days, onChange, onBlur } = useController<Wish, 'lease_days'>({ name: 'lease_days' }).field
  const { min_days: min, max_days: max } = offering.lease
  const presets = usual.filter((preset) => preset >= min && preset <= max)
  const [other, setOther] = useState(!presets.includes(days))
  const until = Number.isFinite(days) ? date(new Date(now.getTime() + days * day), locale) : '–'

  const pick = (value: string) => {
    setOther(value === 'other')
    if (value !== 'other') onChange(Number(value))
  }
  return (
    <div>
      <p id={id} className="mb-1.5 text-[13px] font-medium">
        {t('form.lease')}
      </p>
      <div className="flex flex-wrap items-center gap-3">
        <Segments aria-labelledby={id} aria-describedby={`${id}-hint`} value={other ? 'other' : String(days)} onValueChange={pick} className="flex-1">
          {presets.map((preset) => (
            <Segment key={preset} value={String(preset)}>
              {t('duration.days', { count: preset })}
            </Segment>
          ))}
          <Segment value="other">{t('form.leaseCustom')}</Segment>
        </Segments>
        {other && (
          <Input
            type="number"
            min={min}
            max={max}
            inputMode="numeric"
            aria-label={t('form.leaseDays')}
            aria-invalid={error ? true : undefined}
            aria-describedby={error ? `${id}-error` : `${id}-hint`}
            value={Number.isFinite(days) ? days : ''}
            onChange={(e) => onChange(e.target.valueAsNumber)}
            onBlur={onBlur}
            ref={ref}
            className="w-24"
          />
        )}
      </div>
      <p id={`${id}-hint`} className="mt-1.5 text-[13px] text-soft">
        {t('form.leaseHint', { date: until, min, max })}
      </p>
      <FieldError id={`${id}-error`} error={error} />
    </div>
  )
}
