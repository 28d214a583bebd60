import type { RequestFilter, RequestSort } from '@/api/requests'
import type { RequestState } from '@/api/types'

export const shows = ['all', 'open', 'ready', 'failed', 'closed'] as const
export type Show = (typeof shows)[number]

const states: Record<Show, readonly RequestState[] | undefined> = {
  all: undefined,
  open: ['submitted', 'waiting', 'approved', 'provisioning'],
  ready: ['ready'],
  failed: ['failed'],
  closed: ['rejected', 'withdrawn', 'expired'],
}

export const sorts: readonly RequestSort[] = ['-submitted_at', 'submitted_at', 'name']

export interface View {
  show: Show
  sort: RequestSort
  scope: 'mine' | 'all'
  q: string
}

// viewOf reads the list's settings from the address; what it does not know is
// as if it were not there.
export function viewOf(params: URLSearchParams): View {
  return {
    show: shows.find((s) => s === params.get('show')) ?? 'all',
    sort: sorts.find((s) => s === params.get('sort')) ?? '-submitted_at',
    scope: params.get('scope') === 'all' ? 'all' : 'mine',
    q: params.get('q') ?? '',
  }
}

// paramsOf writes the settings that differ from the usual.
export function paramsOf(view: View): URLSearchParams {
  const params = new URLSearchParams()
  if (view.show !== 'all') params.set('show', view.show)
  if (view.sort !== '-submitted_at') params.set('sort', view.sort)
  if (view.scope !== 'mine') params.set('scope', view.scope)
  if (view.q) params.set('q', view.q)
  return params
}

export function filterOf({ show, sort, scope, q }: View): RequestFilter {
  const state = states[show]
  return { scope, sort, ...(state && { state }), ...(q && { q }) }
}
