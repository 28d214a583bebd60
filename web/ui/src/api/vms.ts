import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { get } from './client'
import type { VM, VMPage } from './types'

export const vmKeys = {
  all: ['vms'] as const,
  detail: (id: string) => ['vms', 'detail', id] as const,
}

export interface VMFilter {
  scope?: 'mine' | 'all'
  q?: string
}

export const vmsQuery = (filter: VMFilter = {}) =>
  infiniteQueryOptions({
    queryKey: [...vmKeys.all, 'list', filter],
    queryFn: ({ pageParam, signal }) => get<VMPage>('/vms', { scope: filter.scope ?? 'mine', q: filter.q, cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor || undefined,
    placeholderData: keepPreviousData,
  })

export const findVMsQuery = (q: string) =>
  queryOptions({
    queryKey: [...vmKeys.all, 'find', q],
    queryFn: ({ signal }) => get<VMPage>('/vms', { scope: 'mine', q }, signal),
    enabled: q.length > 1,
  })

export const vmQuery = (id: string) =>
  queryOptions({
    queryKey: vmKeys.detail(id),
    queryFn: ({ signal }) => get<VM>(`/vms/${id}`, {}, signal),
  })
