import { FilePenLine } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Request } from '@/api/types'
import { Button } from '@/components/ui/button'

// Notice says where the form's content came from, and offers a fresh start.
export function Notice({ earlier, onStartOver }: { earlier: Request | undefined; onStartOver: () => void }) {
  const { t } = useTranslation()
  const reason = earlier?.state === 'rejected' ? earlier.decision?.reason : undefined
  return (
    <div role="status" className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg bg-brand-wash px-5 py-3 text-sm">
      <FilePenLine className="size-4 shrink-0 text-brand-ink" aria-hidden />
      <div className="min-w-48 flex-1">
        <p>{earlier ? t('form.again', { name: earlier.name }) : t('form.draft')}</p>
        {reason && <p className="mt-0.5 text-soft">{t('form.againReason', { reason })}</p>}
      </div>
      <Button variant="ghost" size="sm" onClick={onStartOver}>
        {t('form.discard')}
      </Button>
    </div>
  )
}
