import { Suspense, useState, type ReactElement, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'

export interface LoadedMenu {
  trigger: ReactElement // the button that opens it
}

interface Props {
  label: string
  title?: string
  className?: string
  icon: ReactNode
  children: (trigger: ReactElement) => ReactNode // the menu, which may still have to load
}

// HeaderMenu is a button whose menu is loaded when it is first wanted, so that
// the home page does not wait for it.
export function HeaderMenu({ label, title = label, className, icon, children }: Props) {
  const [wanted, setWanted] = useState(false)
  const shape = { variant: 'quiet', size: 'icon', 'aria-label': label, title, className } as const
  const closed = (
    <Button {...shape} aria-haspopup="menu" aria-expanded={false} onClick={() => setWanted(true)}>
      {icon}
    </Button>
  )
  if (!wanted) return closed
  return <Suspense fallback={closed}>{children(<Button {...shape}>{icon}</Button>)}</Suspense>
}
