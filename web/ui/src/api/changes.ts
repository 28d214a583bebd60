// What a change on the server makes stale here.
import type { QueryKey } from '@tanstack/react-query'
import { approvalKeys } from './approvals'
import { auditKeys } from './audit'
import { inboxKeys } from './inbox'
import { peopleKeys } from './people'
import { requestKeys } from './requests'
import { stuckKeys } from './stuck'
import { vmKeys } from './vms'

export interface Change {
  type: string
  stream_id: string
  version: number
}

// parseChange reads the data of a live event; null for what it does not know.
export function parseChange(data: string): Change | null {
  try {
    const value: unknown = JSON.parse(data)
    if (typeof value !== 'object' || value === null) return null
    const { type, stream_id, version } = value as Partial<Change>
    if (typeof type !== 'string' || typeof stream_id !== 'string') return null
    return { type, stream_id, version: version ?? 0 }
  } catch {
    return null
  }
}

// resumed reads whether the server went on where the page had stopped.
export const resumed = (data: string): boolean => /"resumed":\s*true/.test(data)

// staleKeys lists the queries to ask again. Every fact is in the audit log, and
// may be what stuck work came to. A type nobody knows yet could touch the request
// it belongs to, so that one is asked again too.
export const staleKeys = (change: Change): QueryKey[] => [...shownBy(change), auditKeys.facts, stuckKeys.all]

function shownBy({ type, stream_id }: Change): QueryKey[] {
  const noun = type.split('.')[2]
  const request: QueryKey[] = [requestKeys.lists, requestKeys.detail(stream_id), requestKeys.timeline(stream_id)]
  switch (noun) {
    case 'request':
    case 'approval':
      return [...request, approvalKeys.all]
    case 'provisioning':
      return [...request, vmKeys.all]
    case 'notification':
      return [inboxKeys.all, requestKeys.timeline(stream_id)]
    case 'audit':
      return [auditKeys.bundles]
    case 'connection':
      return [['offering']]
    case 'person':
      return [['me'], peopleKeys.all]
    case 'erasure':
      return [peopleKeys.all]
    case 'work':
    case 'log':
      return []
    default:
      return request
  }
}
