import { useEffect, type ReactNode } from 'react'
import { cn } from './cn'

interface Props {
  title: string
  lead?: ReactNode
  action?: ReactNode
  wide?: boolean
  tab?: string // in the browser's tab, if not the title
  children: ReactNode
}

// Page gives a screen its heading and its name in the browser's tab.
export function Page({ title, lead, action, wide, tab, children }: Props) {
  useTitle(tab ?? title)
  return (
    <div className={cn('mx-auto w-full px-4 py-6 sm:px-8 sm:py-9', wide ? 'max-w-7xl' : 'max-w-5xl')}>
      <header className="mb-6 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div>
          <h1 className="text-2xl leading-tight font-semibold tracking-tight sm:text-[30px]">{title}</h1>
          {lead && <p className="mt-1.5 text-[15px] text-soft">{lead}</p>}
        </div>
        {action}
      </header>
      {children}
    </div>
  )
}

export function useTitle(title: string) {
  useEffect(() => {
    document.title = `${title} · DCM`
  }, [title])
}
