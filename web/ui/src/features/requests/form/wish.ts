// What the form collects, and the rules that the portal checks before sending.
// The same rules are enforced by the intake; here they save a round trip.
import type { TFunction } from 'i18next'
import type { NewRequest, Offering, Request } from '@/api/types'
import { isWindows } from '@/modules/os-icon'
import { z } from '@/modules/schema'

export const fields = ['project', 'name', 'justification', 'lease_days', 'template', 'size', 'network'] as const

export interface Wish {
  project: string
  name: string
  justification: string
  lease_days: number
  template: string
  size: string
  network: string
}

const label = /^(?=.*[a-z])[a-z0-9]([a-z0-9-]*[a-z0-9])?$/

// wishSchema says what is wrong by code; complaint puts the code into words.
export function wishSchema(offering: Offering) {
  const { min_days, max_days } = offering.lease
  return z
    .object({
      project: z.string().trim().min(1, 'required').max(60, 'too_long'),
      name: z.string().min(1, 'required').max(40, 'too_long').regex(label, 'invalid_name'),
      justification: z.string().trim().min(5, 'too_short').max(2000, 'too_long'),
      lease_days: z.number('out_of_range').int('out_of_range').min(min_days, 'out_of_range').max(max_days, 'out_of_range'),
      template: z.string().min(1, 'choose'),
      size: z.string().min(1, 'choose'),
      network: z.string().min(1, 'choose'),
    })
    .superRefine((wish, context) => {
      const os = offering.templates.find((t) => t.key === wish.template)?.os ?? ''
      if (isWindows(os) && wish.name.length > 15) context.addIssue({ code: 'custom', path: ['name'], message: 'too_long_windows' })
    })
}

const longest: Record<string, number> = { project: 60, name: 40, justification: 2000 }

// complaint says what is wrong with a field. A code that this release does not
// know comes with the server's own words.
export function complaint(t: TFunction, offering: Offering, field: string, code: string, detail = ''): string {
  switch (code) {
    case 'required':
      return t('invalid.required')
    case 'choose':
    case 'unknown_size':
    case 'unknown_template':
    case 'unknown_network':
      return t('invalid.choose')
    case 'invalid_name':
      return t('invalid.name')
    case 'reserved_name':
      return t('invalid.reserved')
    case 'too_long_windows':
      return t('invalid.nameWindows')
    case 'too_short':
      return t('invalid.short', { n: 5 })
    case 'too_long':
      return t('invalid.long', { n: longest[field] ?? 60 })
    case 'out_of_range':
      return t('invalid.days', { min: offering.lease.min_days, max: offering.lease.max_days })
    default:
      return detail || t('invalid.required')
  }
}

export function emptyWish(offering: Offering): Wish {
  const only = (list: readonly { key: string }[]) => (list.length === 1 ? (list[0]?.key ?? '') : '')
  return {
    project: offering.projects.length === 1 ? (offering.projects[0] ?? '') : '',
    name: '',
    justification: '',
    lease_days: offering.lease.default_days,
    template: only(offering.templates),
    size: '',
    network: offering.networks[0]?.key ?? '',
  }
}

// wishOf fills the form from an earlier request, to edit and send it again.
export function wishOf(request: Request): Wish {
  const { project, name, justification, lease_days, template, size, network } = request
  return { project, name, justification: justification ?? '', lease_days, template, size, network }
}

export const newRequest = (wish: Wish, replaces: string | undefined): NewRequest => ({ ...wish, ...(replaces && { replaces }) })
