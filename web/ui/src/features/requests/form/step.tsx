import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Card } from '@/components/ui/card'

export function Step({ n, title, children }: { n: number; title: string; children: ReactNode }) {
  const { t } = useTranslation()
  const id = `step-${n}`
  return (
    <Card aria-labelledby={id} className="px-5 pt-5 pb-6 sm:px-6">
      <h2 id={id} className="mb-5 flex items-center gap-3 text-lg font-semibold">
        <span className="grid size-7 place-items-center rounded-full bg-brand-tint text-sm text-brand-ink" aria-hidden>
          {n}
        </span>
        <span className="sr-only">{t('form.step', { n })}: </span>
        {title}
      </h2>
      <div className="grid gap-6">{children}</div>
    </Card>
  )
}
