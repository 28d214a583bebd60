import { CircleAlert } from 'lucide-react'
import { useId, type ReactNode } from 'react'
import { cn } from '../cn'

export const control =
  'w-full rounded-md border border-field bg-surface px-3 text-sm text-ink shadow-card transition-colors hover:border-soft aria-invalid:border-refused disabled:opacity-60'

interface Slots {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': boolean | undefined
}

interface Props {
  label: ReactNode
  hint?: ReactNode
  error?: string | undefined
  className?: string
  children: (slots: Slots) => ReactNode
}

// Field ties a label, a hint and an error to one control.
export function Field({ label, hint, error, className, children }: Props) {
  const id = useId()
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 block text-[13px] font-medium">
        {label}
      </label>
      {children({ id, 'aria-describedby': described, 'aria-invalid': error ? true : undefined })}
      {hint && (
        <p id={`${id}-hint`} className="mt-1.5 text-[13px] text-soft">
          {hint}
        </p>
      )}
      <FieldError id={`${id}-error`} error={error} />
    </div>
  )
}

export function FieldError({ id, error, className }: { id?: string; error: string | undefined; className?: string }) {
  if (!error) return null
  return (
    <p id={id} role="alert" className={cn('mt-1.5 flex items-start gap-1.5 text-[13px] text-refused', className)}>
      <CircleAlert className="mt-0.5 size-3.5 shrink-0" aria-hidden />
      {error}
    </p>
  )
}
