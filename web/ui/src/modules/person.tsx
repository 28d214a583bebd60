import { Cog } from 'lucide-react'
import { cn } from '@/components/cn'

export function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean)
  const first = words[0]?.[0] ?? ''
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? '') : ''
  return (first + last).toUpperCase()
}

// Avatar is a person's initials, or a cog for the machine.
export function Avatar({ name, className }: { name: string | null; className?: string }) {
  return (
    <span aria-hidden className={cn('grid size-8 shrink-0 place-items-center rounded-full bg-brand-tint text-xs font-semibold text-brand-ink', className)}>
      {name === null ? <Cog className="size-4" /> : initials(name)}
    </span>
  )
}
