import type { TFunction } from 'i18next'
import { Cog, UserRound } from 'lucide-react'
import { cn } from '@/components/cn'

// nameOf is a person's name; somebody who was erased has none.
export const nameOf = ({ name }: { name: string | null }, t: TFunction): string => name ?? t('person.gone')

export function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean)
  const first = words[0]?.[0] ?? ''
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? '') : ''
  return (first + last).toUpperCase()
}

interface Props {
  name: string | null
  machine?: boolean // a part of DCM rather than a person
  className?: string
}

// Avatar is a person's initials, or a cog for the machine.
export function Avatar({ name, machine, className }: Props) {
  return (
    <span aria-hidden className={cn('grid size-8 shrink-0 place-items-center rounded-full bg-brand-tint text-xs font-semibold text-brand-ink', className)}>
      {machine && <Cog className="size-4" />}
      {!machine && (name ? initials(name) : <UserRound className="size-4" />)}
    </span>
  )
}
