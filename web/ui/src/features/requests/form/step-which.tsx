import { CircleCheck } from 'lucide-react'
import { useId, type ReactNode } from 'react'
import { useController } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import type { Size, Template } from '@/api/types'
import { Money } from '@/components/money'
import { FieldError } from '@/components/ui/field'
import { RadioCard, RadioCards } from '@/components/ui/radio-card'
import { isWindows, OSIcon } from '@/modules/os-icon'
import { Step } from './step'
import type { StepProps } from './step-what'
import type { Wish } from './wish'

export function StepWhich({ offering, say }: StepProps) {
  const { t } = useTranslation()
  return (
    <Step n={2} title={t('form.which')}>
      <Choice name="template" label={t('form.template')} error={say('template')} className="grid-cols-1 sm:grid-cols-2">
        {offering.templates.map((template) => (
          <TemplateCard key={template.key} template={template} />
        ))}
      </Choice>
      <Choice name="size" label={t('form.size')} error={say('size')} className="grid-cols-2 xl:grid-cols-4">
        {offering.sizes.map((size) => (
          <SizeCard key={size.key} size={size} currency={offering.currency} />
        ))}
      </Choice>
      {offering.networks.length > 1 && (
        <Choice name="network" label={t('form.network')} error={say('network')} className="grid-cols-1 sm:grid-cols-3">
          {offering.networks.map((network) => (
            <RadioCard key={network.key} value={network.key} className="py-3">
              <span className="font-medium">{network.name}</span>
              <Chosen />
            </RadioCard>
          ))}
        </Choice>
      )}
    </Step>
  )
}

interface ChoiceProps {
  name: 'template' | 'size' | 'network'
  label: string
  error: string | undefined
  className: string
  children: ReactNode
}

function Choice({ name, label, error, className, children }: ChoiceProps) {
  const id = useId()
  const { ref, value, onChange } = useController<Wish, ChoiceProps['name']>({ name }).field
  return (
    <div>
      <p id={id} className="mb-2 text-[13px] font-medium">
        {label}
      </p>
      <RadioCards
        ref={ref}
        aria-labelledby={id}
        aria-describedby={error ? `${id}-error` : undefined}
        aria-invalid={error ? true : undefined}
        value={value}
        onValueChange={onChange}
        className={className}
      >
        {children}
      </RadioCards>
      <FieldError id={`${id}-error`} error={error} />
    </div>
  )
}

function TemplateCard({ template }: { template: Template }) {
  const { t } = useTranslation()
  return (
    <RadioCard value={template.key} className="flex items-center gap-3 py-3">
      <span className="grid size-9 place-items-center rounded-lg bg-sunken text-soft">
        <OSIcon os={template.os} className="size-[18px]" />
      </span>
      <span>
        <span className="block font-medium">{template.name}</span>
        <span className="block text-[13px] text-soft">{t(isWindows(template.os) ? 'form.windows' : 'form.linux')}</span>
      </span>
      <Chosen />
    </RadioCard>
  )
}

function SizeCard({ size, currency }: { size: Size; currency: string }) {
  const { t } = useTranslation()
  return (
    <RadioCard value={size.key}>
      <span className="block text-2xl font-semibold tracking-tight">{size.key}</span>
      <span className="mt-2 block text-[13px] leading-relaxed text-soft">
        <span className="block">{t('hardware.vcpu', { n: size.vcpu })}</span>
        <span className="block">{t('hardware.ram', { n: size.ram_gib })}</span>
        <span className="block">{t('hardware.disk', { n: size.disk_gib })}</span>
      </span>
      <span className="mt-3 block border-t border-line pt-2">
        <span className="font-semibold">
          <Money cents={size.monthly_cents} currency={currency} />
        </span>{' '}
        <span className="text-xs text-soft">{t('money.perMonth')}</span>
      </span>
      <Chosen />
    </RadioCard>
  )
}

const Chosen = () => <CircleCheck className="absolute top-3 right-3 size-[18px] text-brand-ink opacity-0 group-data-[state=checked]:opacity-100" aria-hidden />
