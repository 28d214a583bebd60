import { useQuery } from '@tanstack/react-query'
import {
  Bell,
  BellRing,
  CircleCheck,
  CircleDot,
  CircleX,
  ClockAlert,
  CloudOff,
  Hammer,
  Hourglass,
  RotateCw,
  Send,
  ShieldX,
  ThumbsUp,
  TriangleAlert,
  Undo2,
  type LucideIcon,
} from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { timelineQuery } from '@/api/requests'
import { meQuery } from '@/api/session'
import type { Request } from '@/api/types'
import { cn } from '@/components/cn'
import { Failure } from '@/components/failure'
import { Time } from '@/components/time'
import type { Tone } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { ListSkeleton } from '@/components/ui/skeleton'
import { useLocale } from '@/format/locale'
import { useNow } from '@/format/now'
import { Circle } from './state'
import { wording, type Line, type Mood } from './wording'

const looks: Record<Mood, { tone: Tone; icon: LucideIcon }> = {
  asked: { tone: 'brand', icon: Send },
  withdrawn: { tone: 'neutral', icon: Undo2 },
  retried: { tone: 'brand', icon: RotateCw },
  opened: { tone: 'waiting', icon: Hourglass },
  reminded: { tone: 'waiting', icon: BellRing },
  granted: { tone: 'done', icon: ThumbsUp },
  rejected: { tone: 'refused', icon: CircleX },
  expired: { tone: 'warning', icon: ClockAlert },
  building: { tone: 'progress', icon: Hammer },
  stalled: { tone: 'warning', icon: CloudOff },
  ready: { tone: 'done', icon: CircleCheck },
  failed: { tone: 'refused', icon: TriangleAlert },
  notice: { tone: 'neutral', icon: Bell },
  denied: { tone: 'refused', icon: ShieldX },
  unknown: { tone: 'neutral', icon: CircleDot },
}

// Timeline tells what happened to a request, newest last, as it happens.
export function Timeline({ request }: { request: Request }) {
  const { t } = useTranslation()
  const id = useId()
  const locale = useLocale()
  const now = useNow()
  const me = useQuery(meQuery()).data?.person_id ?? ''
  const timeline = useQuery(timelineQuery(request.id))
  const [notices, setNotices] = useState(false)

  if (timeline.isPending) return <ListSkeleton rows={3} />
  if (timeline.isError) return <Failure error={timeline.error} retry={() => void timeline.refetch()} />

  const { items } = timeline.data
  const people = new Map([
    [request.requester.id, request.requester.name],
    ...items.filter((item) => item.actor.kind === 'person').map((item) => [item.actor.id, item.actor.name] as const),
  ])
  const lines = items.map((item) => ({ item, line: wording(item, { t, locale, now, me, people }) }))
  const hidden = lines.filter(({ line }) => line.mood === 'notice').length
  const shown = notices ? lines : lines.filter(({ line }) => line.mood !== 'notice')

  return (
    <div className="px-5 pb-5">
      {lines.length === 0 && <p className="py-2 text-soft">{t('request.historyEmpty')}</p>}
      <ol id={id} aria-live="polite" aria-relevant="additions">
        {shown.map(({ item, line }, i) => (
          <Entry key={item.id} line={line} at={item.occurred_at} last={i === shown.length - 1} />
        ))}
      </ol>
      {hidden > 0 && (
        <Button variant="quiet" size="sm" className="mt-1 -ml-1.5" aria-expanded={notices} aria-controls={id} onClick={() => setNotices(!notices)}>
          <Bell aria-hidden />
          {t('timeline.notices', { count: hidden })}
        </Button>
      )}
    </div>
  )
}

function Entry({ line, at, last }: { line: Line; at: string; last: boolean }) {
  const look = looks[line.mood]
  return (
    <li className="relative flex gap-3.5 pb-5 animate-fade last:pb-2">
      {!last && <span aria-hidden className="absolute top-9 bottom-0 left-[15px] w-px bg-line" />}
      <Circle tone={look.tone} icon={look.icon} className="size-8 [&_svg]:size-4" />
      <div className="min-w-0 flex-1 pt-1.5">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4">
          <p className={cn(line.mood === 'notice' || line.mood === 'unknown' ? 'text-soft' : 'font-medium')}>{line.text}</p>
          <Time at={at} className="text-xs text-soft" />
        </div>
        {line.detail && <p className="mt-0.5 text-[13px] break-words text-soft">{line.detail}</p>}
        {line.quote && <Quote>{line.quote}</Quote>}
      </div>
    </li>
  )
}

export const Quote = ({ children }: { children: string }) => (
  <blockquote className="mt-1.5 border-l-2 border-brand pl-3 text-sm break-words whitespace-pre-line">{children}</blockquote>
)
