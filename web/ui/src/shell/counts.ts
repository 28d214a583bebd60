import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { approvalsQuery } from '@/api/approvals'
import { openRequestsQuery } from '@/api/requests'
import { stuckQuery } from '@/api/stuck'
import { vmsQuery } from '@/api/vms'
import type { Me } from '@/api/types'
import type { Area } from './nav'

// useCounts is what the navigation shows beside its areas. The queries are those
// of the home page and of the areas themselves, so each is asked once.
export function useCounts({ approve, see_stuck }: Me['can']): Partial<Record<Area['key'], string>> {
  const open = useQuery(openRequestsQuery()).data
  const vms = useInfiniteQuery(vmsQuery()).data?.pages[0]
  const waiting = useInfiniteQuery({ ...approvalsQuery(), enabled: approve }).data?.pages[0]?.total
  const dead = useInfiniteQuery({ ...stuckQuery(), enabled: see_stuck }).data?.pages[0]?.dead
  const text = (n: number | undefined, more = false) => (n ? { n: `${n}${more ? '+' : ''}` } : {}).n
  const counts = {
    requests: text(open?.items.length, Boolean(open?.next_cursor)),
    approvals: text(waiting),
    stuck: text(dead),
    vms: text(vms?.items.length, Boolean(vms?.next_cursor)),
  }
  return Object.fromEntries(Object.entries(counts).filter(([, n]) => n !== undefined))
}
