import { ChevronRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Receipt as ReceiptData } from '@/api/types'

const rules = { 'small-machines': 'receipt.ruleSmall', 'needs-approver': 'receipt.ruleNeeds' } as const

// The built-in rules compare with a size, which the inputs carry.
const bounds = ({ small_vcpu, small_ram_gib, small_disk_gib }: ReceiptData['inputs']) => ({
  vcpu: plain(small_vcpu),
  ram: plain(small_ram_gib),
  disk: plain(small_disk_gib),
})

const knows = (rule: string, inputs: ReceiptData['inputs']): rule is keyof typeof rules => rule in rules && 'small_vcpu' in inputs

function plain(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : JSON.stringify(value)
}

// Receipt answers "why did the policy say that?": in a sentence, and below it
// exactly.
export function Receipt({ receipt }: { receipt: ReceiptData }) {
  const { t } = useTranslation()
  const { policy, version, rule, inputs } = receipt
  return (
    <div className="text-sm">
      <p>{knows(rule, inputs) ? t(rules[rule], bounds(inputs)) : t('receipt.ruleOther', { rule })}</p>
      <details className="group mt-2">
        <summary className="inline-flex list-none items-center gap-1 rounded text-[13px] text-soft hover:text-ink [&::-webkit-details-marker]:hidden">
          <ChevronRight className="size-3.5 transition-transform group-open:rotate-90" aria-hidden />
          {t('receipt.source', { policy, version, rule })}
        </summary>
        <div className="mt-2 rounded-md bg-sunken p-3">
          <p className="mb-1.5 text-xs font-medium text-soft">{t('receipt.inputs')}</p>
          <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-0.5 font-mono text-xs">
            {Object.entries(inputs).map(([name, value]) => (
              <div key={name} className="col-span-2 grid grid-cols-subgrid">
                <dt className="text-soft">{name}</dt>
                <dd className="break-all">{plain(value)}</dd>
              </div>
            ))}
          </dl>
        </div>
      </details>
    </div>
  )
}
