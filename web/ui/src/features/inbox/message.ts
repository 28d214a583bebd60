import type { InboxItem } from '@/api/types'

const messages = [
  'request_submitted',
  'decision_needed',
  'decision_reminder',
  'request_approved',
  'request_rejected',
  'request_expired',
  'request_withdrawn',
  'vm_ready',
  'vm_failed',
  'bundle_ready',
] as const

export type Message = (typeof messages)[number] | 'other'

// messageOf is the kind of a message; one of a newer release is "other".
export const messageOf = (kind: string): Message => messages.find((m) => m === kind) ?? 'other'

// targetOf is where a message leads: to what it wants done, or what it is about.
export function targetOf(item: InboxItem): string {
  if (item.bundle_id) return '/audit/bundles'
  if (!item.request_id) return '/'
  const decide = item.message === 'decision_needed' || item.message === 'decision_reminder'
  return `/${decide ? 'approvals' : 'requests'}/${item.request_id}`
}
