import { useQuery } from '@tanstack/react-query'
import { CircleAlert, Send } from 'lucide-react'
import { useFormState, useWatch } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { previewQuery } from '@/api/requests'
import type { Offering } from '@/api/types'
import { FactRow, Facts } from '@/components/facts'
import { Button } from '@/components/ui/button'
import { Step } from './step'
import type { Wish } from './wish'

interface Props {
  offering: Offering
  busy: boolean
  refusal: string // why the last attempt to send was refused
}

export function Review({ offering, busy, refusal }: Props) {
  const { t } = useTranslation()
  const [project, name, days, templateKey, sizeKey, networkKey] = useWatch<Wish, ['project', 'name', 'lease_days', 'template', 'size', 'network']>({
    name: ['project', 'name', 'lease_days', 'template', 'size', 'network'],
  })
  const { errors, isSubmitted } = useFormState<Wish>()
  const preview = useQuery(previewQuery({ size: sizeKey, template: templateKey, ...(networkKey && { network: networkKey }) })).data
  const size = offering.sizes.find((s) => s.key === sizeKey)
  const template = offering.templates.find((o) => o.key === templateKey)
  const network = offering.networks.find((n) => n.key === networkKey)
  const missing = Object.keys(errors).length
  const none = <span className="font-normal text-soft">{t('form.notYet')}</span>
  return (
    <Step n={3} title={t('form.review')}>
      <Facts className="-my-2.5 grid sm:grid-cols-2 sm:gap-x-10">
        <FactRow name={t('form.project')}>{project || none}</FactRow>
        <FactRow name={t('form.name')}>{name || none}</FactRow>
        <FactRow name={t('form.template')}>{template?.name ?? none}</FactRow>
        <FactRow name={t('form.size')}>
          {size ? t('hardware.short', { size: size.key, vcpu: size.vcpu, ram: size.ram_gib }) : none}
        </FactRow>
        <FactRow name={t('form.network')}>{network?.name ?? none}</FactRow>
        <FactRow name={t('request.lease')}>{days > 0 ? t('duration.days', { count: days }) : none}</FactRow>
      </Facts>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-3">
        <Button type="submit" size="lg" busy={busy}>
          {!busy && <Send aria-hidden />}
          {t(preview?.outcome === 'approve' ? 'form.sendAuto' : 'form.send')}
        </Button>
        <p role="alert" className="text-[13px] text-refused">
          {(refusal || (isSubmitted && missing > 0)) && (
            <span className="flex items-center gap-1.5">
              <CircleAlert className="size-4 shrink-0" aria-hidden />
              {refusal || t('form.fix', { count: missing })}
            </span>
          )}
        </p>
      </div>
    </Step>
  )
}
