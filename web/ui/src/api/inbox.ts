import { infiniteQueryOptions } from '@tanstack/react-query'
import { get, post } from './client'
import type { InboxPage, InboxUnread } from './types'

export const inboxKeys = { all: ['inbox'] as const }

export const inboxQuery = () =>
  infiniteQueryOptions({
    queryKey: inboxKeys.all,
    queryFn: ({ pageParam, signal }) => get<InboxPage>('/inbox', { cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor || undefined,
  })

// Everything that was queued until then counts as read.
export const readInbox = (upTo: string) => post<InboxUnread>('/inbox/read', { up_to: upTo })
