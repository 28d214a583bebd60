import type { TFunction } from 'i18next'
import { nameOf } from './person'

const roles = ['user', 'project_admin', 'approver', 'tenant_admin', 'auditor', 'super_admin'] as const

// roleName is a role in words; one that DCM does not know keeps its own name.
export function roleName(role: string, t: TFunction): string {
  const known = roles.find((r) => r === role)
  return known ? t(`role.${known}`) : role
}

const functions = ['submit', 'approve', 'provision', 'notify', 'audit-export', 'web', 'operator'] as const

// actorName is who did something: a person's name, or the part of DCM.
export function actorName(actor: { kind: string; id: string; name: string | null }, t: TFunction): string {
  if (actor.kind === 'person') return nameOf(actor, t)
  const known = functions.find((f) => f === actor.id)
  return known ? t(`function.${known}`) : (actor.name ?? actor.id)
}
