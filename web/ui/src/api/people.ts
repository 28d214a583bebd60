import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { download, get, post } from './client'
import type { Erasure, NewErasure, NewPersonExport, PersonDetail, PersonPage } from './types'

export const peopleKeys = {
  all: ['people'] as const,
  detail: (id: string) => ['people', id] as const,
}

export interface PeopleFilter {
  state?: 'known' | 'erased' | undefined
  q?: string | undefined
}

export const peopleQuery = (filter: PeopleFilter) =>
  infiniteQueryOptions({
    queryKey: [...peopleKeys.all, 'list', filter],
    queryFn: ({ pageParam, signal }) => get<PersonPage>('/people', { ...filter, cursor: pageParam, limit: 50 }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor || undefined,
    placeholderData: keepPreviousData,
  })

export const personQuery = (id: string) =>
  queryOptions({
    queryKey: peopleKeys.detail(id),
    queryFn: ({ signal }) => get<PersonDetail>(`/people/${id}`, {}, signal),
    staleTime: 0, // what is in the way of an erasure must be so now
  })

export const erasePerson = (id: string, reason: NewErasure['reason']) => post<Erasure>(`/people/${id}/erase`, { reason })

// exportPerson is the file with everything that is known about a person.
export const exportPerson = (id: string, wish: NewPersonExport) => download(`/people/${id}/export`, wish)
