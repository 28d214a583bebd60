import { useTranslation } from 'react-i18next'
import { Time } from '@/components/time'
import { useNow } from '@/format/now'

// Due says until when a decision is wanted, and that it is late when it is.
export function Due({ at }: { at: string }) {
  const { t } = useTranslation()
  const late = new Date(at) < useNow()
  return (
    <span className={late ? 'font-medium text-refused' : undefined}>
      {t(late ? 'approvals.overdue' : 'approvals.due')} <Time at={at} as="calendar" />
    </span>
  )
}
