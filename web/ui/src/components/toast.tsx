import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from './cn'
import { Button } from './ui/button'

interface Toast {
  id: number
  tone: 'done' | 'refused'
  text: string
}

const stay = 6_000 // ms
let toasts: readonly Toast[] = []
let next = 1
const listeners = new Set<() => void>()

function set(value: readonly Toast[]) {
  toasts = value
  for (const listener of listeners) listener()
}

const dismiss = (id: number) => set(toasts.filter((t) => t.id !== id))

// toast says briefly how an action went.
export function toast(text: string, tone: Toast['tone'] = 'done') {
  const id = next++
  set([...toasts.slice(-2), { id, tone, text }])
  setTimeout(() => dismiss(id), stay)
}

export function Toaster() {
  const { t } = useTranslation()
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => toasts,
  )
  return (
    <div aria-live="polite" className="pointer-events-none fixed inset-x-4 bottom-20 z-50 flex flex-col items-center gap-2 md:bottom-6">
      {shown.map(({ id, tone, text }) => (
        <div
          key={id}
          className="pointer-events-auto flex max-w-md items-center gap-3 rounded-lg border border-line bg-surface py-2 pr-2 pl-4 shadow-float animate-rise"
        >
          {tone === 'done' ? (
            <CircleCheck className="size-5 shrink-0 text-done" aria-hidden />
          ) : (
            <CircleAlert className="size-5 shrink-0 text-refused" aria-hidden />
          )}
          <span className={cn('py-1 text-sm')}>{text}</span>
          <Button variant="quiet" size="icon-sm" aria-label={t('action.close')} onClick={() => dismiss(id)}>
            <X aria-hidden />
          </Button>
        </div>
      ))}
    </div>
  )
}
