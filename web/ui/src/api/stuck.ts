import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query'
import { get, post } from './client'
import type { NewReplay, Replay, StuckPage, StuckWork } from './types'

export const stuckKeys = { all: ['stuck'] as const }

export type StuckState = StuckWork['state']

// What is given up or overdue, oldest first. Nothing is recorded when work gets
// stuck, so nobody tells: this has to look by itself.
export const stuckQuery = (state?: StuckState) =>
  infiniteQueryOptions({
    queryKey: [...stuckKeys.all, state ?? 'all'],
    queryFn: ({ pageParam, signal }) => listStuck({ state, cursor: pageParam, limit: 50 }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor || undefined,
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  })

export const listStuck = (query: { state?: StuckState | undefined; cursor?: string; limit: number }, signal?: AbortSignal) => get<StuckPage>('/stuck', { ...query }, signal)

// replayStuck has work tried again that was given up.
export const replayStuck = (work: StuckWork) => post<Replay>('/stuck/replay', nameOf(work))

function nameOf({ function: by, stream_id, fact_id, timer }: StuckWork): NewReplay {
  return { function: by, stream_id, ...(fact_id ? { fact_id } : { timer }) }
}
