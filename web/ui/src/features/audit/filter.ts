import type { FactFilter } from '@/api/audit'
import { startOfDay, startOfNextDay } from '@/format/time'

export interface View {
  type: string
  person: string
  object: string
  from: string // local date, inclusive
  to: string // local date, inclusive
}

export const names = ['type', 'person', 'object', 'from', 'to'] as const

export function viewOf(params: URLSearchParams): View {
  const get = (name: string) => params.get(name) ?? ''
  return { type: get('type'), person: get('person'), object: get('object'), from: get('from'), to: get('to') }
}

export const isEmpty = (view: View): boolean => names.every((name) => view[name] === '')

// filterOf turns days, as people say them, into moments: from the beginning of
// the first to the end of the last.
export function filterOf({ type, person, object, from, to }: View): FactFilter {
  const begin = startOfDay(from)
  const end = startOfNextDay(to)
  return {
    ...(type && { type }),
    ...(person && { person }),
    ...(object && { object }),
    ...(begin && { from: begin }),
    ...(end && { to: end }),
  }
}
