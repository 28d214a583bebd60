import { CircleCheck, CircleX, ClockAlert, Hammer, Hourglass, ScanSearch, ThumbsUp, TriangleAlert, Undo2, type LucideIcon } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { RequestState } from '@/api/types'
import { cn } from '@/components/cn'
import { Badge, type Tone } from '@/components/ui/badge'

// How each state looks; the word always stands beside the colour.
export const looks: Record<RequestState, { tone: Tone; icon: LucideIcon }> = {
  submitted: { tone: 'waiting', icon: ScanSearch },
  waiting: { tone: 'waiting', icon: Hourglass },
  approved: { tone: 'progress', icon: ThumbsUp },
  provisioning: { tone: 'progress', icon: Hammer },
  ready: { tone: 'done', icon: CircleCheck },
  rejected: { tone: 'refused', icon: CircleX },
  withdrawn: { tone: 'neutral', icon: Undo2 },
  expired: { tone: 'warning', icon: ClockAlert },
  failed: { tone: 'refused', icon: TriangleAlert },
}

export function StateBadge({ state, className }: { state: RequestState; className?: string }) {
  const { t } = useTranslation()
  const { tone, icon: Icon } = looks[state]
  return (
    <Badge tone={tone} className={className}>
      <Icon aria-hidden />
      {t(`requestState.${state}`)}
    </Badge>
  )
}

const circles: Record<Tone, string> = {
  waiting: 'bg-waiting-tint text-waiting',
  progress: 'bg-progress-tint text-progress',
  done: 'bg-done-tint text-done',
  refused: 'bg-refused-tint text-refused',
  warning: 'bg-warning-tint text-warning',
  neutral: 'bg-neutral-tint text-neutral',
  brand: 'bg-brand-tint text-brand-ink',
}

// Circle is an icon in the colour of its tone.
export function Circle({ tone, icon: Icon, className }: { tone: Tone; icon: LucideIcon; className?: string }) {
  return (
    <span className={cn('grid size-9 shrink-0 place-items-center rounded-full [&_svg]:size-[18px]', circles[tone], className)}>
      <Icon aria-hidden />
    </span>
  )
}
