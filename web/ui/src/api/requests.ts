import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { get, post } from './client'
import type { NewDecision, NewPreview, NewRequest, Preview, Request, RequestPage, RequestState, Timeline } from './types'

export const requestKeys = {
  all: ['requests'] as const,
  lists: ['requests', 'list'] as const,
  detail: (id: string) => ['requests', 'detail', id] as const,
  timeline: (id: string) => ['requests', 'timeline', id] as const,
}

export const openStates: readonly RequestState[] = ['submitted', 'waiting', 'approved', 'provisioning']

export const finishedStates: readonly RequestState[] = ['ready', 'rejected', 'withdrawn', 'expired', 'failed']

export type RequestSort = '-submitted_at' | 'submitted_at' | 'name'

export interface RequestFilter {
  scope?: 'mine' | 'all'
  state?: readonly RequestState[]
  q?: string
  sort?: RequestSort
}

export const requestsQuery = (filter: RequestFilter) =>
  infiniteQueryOptions({
    queryKey: [...requestKeys.lists, filter],
    queryFn: ({ pageParam, signal }) =>
      get<RequestPage>(
        '/requests',
        { scope: filter.scope ?? 'mine', state: filter.state?.join(','), q: filter.q, sort: filter.sort, cursor: pageParam, limit: 25 },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor || undefined,
    placeholderData: keepPreviousData,
  })

// What is still on its way; the sidebar counts it and the home page shows it.
export const openRequestsQuery = () =>
  queryOptions({
    queryKey: [...requestKeys.lists, 'open'],
    queryFn: ({ signal }) => get<RequestPage>('/requests', { scope: 'mine', state: openStates.join(','), limit: 50 }, signal),
  })

// What was finished lately, well or not.
export const finishedRequestsQuery = () =>
  queryOptions({
    queryKey: [...requestKeys.lists, 'finished'],
    queryFn: ({ signal }) => get<RequestPage>('/requests', { scope: 'mine', state: finishedStates.join(','), sort: '-submitted_at', limit: 5 }, signal),
  })

export const findRequestsQuery = (q: string) =>
  queryOptions({
    queryKey: [...requestKeys.lists, 'find', q],
    queryFn: ({ signal }) => get<RequestPage>('/requests', { scope: 'mine', q, limit: 5 }, signal),
    enabled: q.length > 1,
  })

export const requestQuery = (id: string) =>
  queryOptions({
    queryKey: requestKeys.detail(id),
    queryFn: ({ signal }) => get<Request>(`/requests/${id}`, {}, signal),
  })

export const timelineQuery = (id: string) =>
  queryOptions({
    queryKey: requestKeys.timeline(id),
    queryFn: ({ signal }) => get<Timeline>(`/requests/${id}/timeline`, {}, signal),
  })

// A preview changes nothing, so asking is a query although it is a POST.
export const previewQuery = (wanted: NewPreview) =>
  queryOptions({
    queryKey: ['previews', wanted],
    queryFn: () => post<Preview>('/previews', wanted),
    enabled: wanted.size !== '' && wanted.template !== '',
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })

export const submitRequest = (wanted: NewRequest, key: string) => post<Request>('/requests', wanted, key)
export const withdrawRequest = (id: string) => post<Request>(`/requests/${id}/withdrawal`, {})
export const retryRequest = (id: string) => post<Request>(`/requests/${id}/retry`, {})
export const decideRequest = (id: string, decision: NewDecision) => post<Request>(`/requests/${id}/decision`, decision)
