import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { meQuery } from '@/api/session'
import type { Me } from '@/api/types'
import { Forbidden } from './errors'

// Guard keeps a screen from people who could do nothing there. It is a courtesy;
// the server decides.
export function Guard({ can, children }: { can: keyof Me['can']; children: ReactNode }) {
  const me = useQuery(meQuery()).data
  if (!me) return null
  return me.can[can] ? children : <Forbidden />
}
