import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query'
import { get, getFile, post } from './client'
import type { AuditFactPage, AuditKeys, Bundle, BundleLink, BundlePage } from './types'

export const auditKeys = {
  facts: ['audit', 'facts'] as const,
  bundles: ['audit', 'bundles'] as const,
}

export interface FactFilter {
  type?: string
  person?: string
  object?: string
  from?: string
  to?: string
}

export const factsQuery = (filter: FactFilter) =>
  infiniteQueryOptions({
    queryKey: [...auditKeys.facts, filter],
    queryFn: ({ pageParam, signal }) => get<AuditFactPage>('/audit/facts', { ...filter, cursor: pageParam, limit: 50 }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor || undefined,
    placeholderData: keepPreviousData,
  })

export const bundlesQuery = () =>
  infiniteQueryOptions({
    queryKey: auditKeys.bundles,
    queryFn: ({ pageParam, signal }) => get<BundlePage>('/audit/bundles', { cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor || undefined,
  })

export const createBundle = (period: { from: string; to: string }) => post<Bundle>('/audit/bundles', period)
export const linkBundle = (id: string) => post<BundleLink>(`/audit/bundles/${id}/link`, {})

export const receiptOf = (fact: string) => getFile(`/audit/facts/${fact}/receipt`)
export const publicKeys = () => get<AuditKeys>('/audit/keys')
