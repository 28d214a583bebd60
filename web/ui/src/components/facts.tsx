import type { ReactNode } from 'react'
import { cn } from './cn'

// Facts is a list of names and values.
export function Facts({ children, className }: { children: ReactNode; className?: string }) {
  return <dl className={cn('divide-y divide-line text-sm', className)}>{children}</dl>
}

export function FactRow({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-6 py-2.5">
      <dt className="shrink-0 text-soft">{name}</dt>
      <dd className="min-w-0 text-right font-medium break-words">{children}</dd>
    </div>
  )
}
