import { localDate, startOfDay, startOfNextDay } from '@/format/time'

export const presets = ['lastMonth', 'thisMonth', 'lastYear', 'thisYear', 'custom'] as const
export type Preset = (typeof presets)[number]

export interface Days {
  from: string // local date, inclusive
  to: string // local date, inclusive
}

// daysOf is the period of a preset, seen from now; what has not happened yet is
// left out.
export function daysOf(preset: Exclude<Preset, 'custom'>, now: Date): Days {
  const y = now.getFullYear()
  const m = now.getMonth()
  switch (preset) {
    case 'lastMonth':
      return { from: localDate(new Date(y, m - 1, 1)), to: localDate(new Date(y, m, 0)) }
    case 'thisMonth':
      return { from: localDate(new Date(y, m, 1)), to: localDate(now) }
    case 'lastYear':
      return { from: localDate(new Date(y - 1, 0, 1)), to: localDate(new Date(y - 1, 11, 31)) }
    case 'thisYear':
      return { from: localDate(new Date(y, 0, 1)), to: localDate(now) }
  }
}

export type PeriodFault = 'missing' | 'order' | 'future'

// periodOf turns days into the moments a bundle is made of: from inclusive, to
// exclusive.
export function periodOf({ from, to }: Days, now: Date): { from: string; to: string } | PeriodFault {
  const begin = startOfDay(from)
  const end = startOfNextDay(to)
  if (!begin || !end) return 'missing'
  if (end <= begin) return 'order'
  if (new Date(begin) > now) return 'future'
  return { from: begin, to: end }
}
