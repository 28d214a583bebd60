import { House, ListChecks, OctagonPause, ScrollText, Server, Settings, SquareCheckBig, type LucideIcon } from 'lucide-react'
import type { Me } from '@/api/types'

export interface Area {
  to: string
  key: 'home' | 'requests' | 'approvals' | 'vms' | 'stuck' | 'audit' | 'settings'
  icon: LucideIcon
}

// areasFor lists what the person has in the portal, in the order of the sidebar.
export function areasFor(me: Me): Area[] {
  return [
    { to: '/', key: 'home', icon: House },
    { to: '/requests', key: 'requests', icon: ListChecks },
    ...(me.can.approve ? [{ to: '/approvals', key: 'approvals', icon: SquareCheckBig } as const] : []),
    { to: '/vms', key: 'vms', icon: Server },
    ...(me.can.see_stuck ? [{ to: '/stuck', key: 'stuck', icon: OctagonPause } as const] : []),
    ...(me.can.audit ? [{ to: '/audit', key: 'audit', icon: ScrollText } as const] : []),
    { to: '/settings', key: 'settings', icon: Settings },
  ]
}
