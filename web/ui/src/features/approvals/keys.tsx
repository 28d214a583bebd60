import { useTranslation } from 'react-i18next'
import { Kbd } from '@/components/ui/kbd'

const keys = [
  ['J', 'approvals.keyNext'],
  ['K', 'approvals.keyPrevious'],
  ['A', 'approvals.keyApprove'],
  ['R', 'approvals.keyReject'],
] as const

export function Keys() {
  const { t } = useTranslation()
  return (
    <dl aria-label={t('approvals.keys')} className="hidden items-center gap-4 text-[13px] text-soft lg:flex">
      {keys.map(([key, name]) => (
        <div key={key} className="flex items-center gap-1.5">
          <dt>
            <Kbd>{key}</Kbd>
          </dt>
          <dd>{t(name)}</dd>
        </div>
      ))}
    </dl>
  )
}
