import { infiniteQueryOptions } from '@tanstack/react-query'
import { get } from './client'
import type { ApprovalPage } from './types'

export const approvalKeys = { all: ['approvals'] as const }

// The queue, oldest first.
export const approvalsQuery = () =>
  infiniteQueryOptions({
    queryKey: approvalKeys.all,
    queryFn: ({ pageParam, signal }) => get<ApprovalPage>('/approvals', { cursor: pageParam, limit: 50 }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor || undefined,
  })
