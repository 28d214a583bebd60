import type { TFunction } from 'i18next'

// The catalogue of facts, in the order of the flow.
export const kinds = [
  'request.submitted',
  'request.withdrawn',
  'request.retried',
  'approval.opened',
  'approval.reminded',
  'approval.granted',
  'approval.rejected',
  'approval.expired',
  'provisioning.started',
  'provisioning.advanced',
  'provisioning.stalled',
  'provisioning.succeeded',
  'provisioning.failed',
  'notification.queued',
  'notification.sent',
  'notification.failed',
  'notification.read',
  'audit.requested',
  'audit.exported',
  'audit.downloaded',
  'access.denied',
  'person.introduced',
  'tenant.registered',
  'connection.configured',
] as const

export type FactKind = (typeof kinds)[number]

export const typeOf = (kind: FactKind): string => `io.dcm.${kind}.v1`

export const kindOf = (type: string): string => type.replace(/^io\.dcm\./, '').replace(/\.v\d+$/, '')

// factName is a type in words; a type of a newer release keeps its own name.
export function factName(type: string, t: TFunction): string {
  const kind = kinds.find((k) => k === kindOf(type))
  return kind ? t(`fact.${kind}`) : type
}

// Facts of these nouns live in the stream of a request.
export const aboutRequest = (type: string): boolean => /^(request|approval|provisioning)\./.test(kindOf(type))
