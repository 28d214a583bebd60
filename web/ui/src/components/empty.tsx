import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

interface Props {
  icon: LucideIcon
  title: string
  children?: ReactNode
  action?: ReactNode
}

// Empty says why there is nothing and what to do about it.
export function Empty({ icon: Icon, title, children, action }: Props) {
  return (
    <div className="flex flex-col items-center px-6 py-14 text-center">
      <span className="mb-4 grid size-12 place-items-center rounded-full bg-brand-tint text-brand-ink">
        <Icon className="size-6" aria-hidden />
      </span>
      <p className="text-[15px] font-semibold">{title}</p>
      {children && <p className="mt-1 max-w-sm text-soft">{children}</p>}
      {action && <div className="mt-5">{action}</div>}
    </div>
  )
}
