import { Check, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Request, RequestState } from '@/api/types'
import { cn } from '@/components/cn'

type Mark = 'done' | 'current' | 'failed' | 'todo'
const stages = ['requested', 'decided', 'built', 'ready'] as const

// marks says of each stage how far the request has come.
export function marks(state: RequestState): Mark[] {
  switch (state) {
    case 'submitted':
    case 'waiting':
      return ['done', 'current', 'todo', 'todo']
    case 'approved':
    case 'provisioning':
      return ['done', 'done', 'current', 'todo']
    case 'ready':
      return ['done', 'done', 'done', 'done']
    case 'failed':
      return ['done', 'done', 'failed', 'todo']
    case 'rejected':
    case 'withdrawn':
    case 'expired':
      return ['done', 'failed', 'todo', 'todo']
  }
}

const dots: Record<Mark, string> = {
  done: 'bg-brand text-on-brand border-brand',
  current: 'border-brand bg-brand-tint',
  failed: 'bg-refused-tint text-refused border-refused',
  todo: 'border-line bg-surface',
}

export function Progress({ request, compact }: { request: Request; compact?: boolean }) {
  const { t } = useTranslation()
  const all = marks(request.state)
  const stalled = request.provisioning?.stalled != null
  return (
    <ol aria-label={t('progress.label')} className="isolate flex">
      {stages.map((stage, i) => {
        const mark = all[i] ?? 'todo'
        return (
          <li key={stage} className="relative flex-1">
            {i > 0 && (
              <span
                aria-hidden
                className={cn('absolute right-1/2 left-[-50%] h-0.5', compact ? 'top-[7px]' : 'top-[11px]', mark === 'todo' ? 'bg-line' : 'bg-brand')}
              />
            )}
            <span className="relative z-10 flex flex-col items-center gap-1.5">
              <span className={cn('grid place-items-center rounded-full border-2', compact ? 'size-4 [&_svg]:size-2.5' : 'size-6 [&_svg]:size-3.5', dots[mark])}>
                {mark === 'done' && <Check strokeWidth={3} aria-hidden />}
                {mark === 'failed' && <X strokeWidth={3} aria-hidden />}
                {mark === 'current' && <span className={cn('size-1.5 rounded-full bg-brand-ink', !stalled && 'animate-pulse')} />}
              </span>
              <span className={cn('text-xs', compact && 'sr-only', mark === 'todo' ? 'text-soft' : 'font-medium')}>
                {t(`progress.${stage}`)}
                <span className="sr-only">, {t(`progress.${mark}`)}</span>
              </span>
            </span>
          </li>
        )
      })}
    </ol>
  )
}
