import { queryOptions } from '@tanstack/react-query'
import { get } from './client'
import type { Me, Offering } from './types'

export const meQuery = () =>
  queryOptions({
    queryKey: ['me'],
    queryFn: ({ signal }) => get<Me>('/me', {}, signal),
    staleTime: 5 * 60_000,
  })

export const offeringQuery = () =>
  queryOptions({
    queryKey: ['offering'],
    queryFn: ({ signal }) => get<Offering>('/offering', {}, signal),
    staleTime: 5 * 60_000,
  })
