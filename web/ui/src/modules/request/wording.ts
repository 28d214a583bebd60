// What each fact of a request's timeline says in plain words.
import type { TFunction } from 'i18next'
import type { TimelineItem } from '@/api/types'
import type { Locale } from '@/format/locale'
import { calendar } from '@/format/time'

export type Kind =
  | 'asked'
  | 'withdrawn'
  | 'retried'
  | 'opened'
  | 'reminded'
  | 'granted'
  | 'rejected'
  | 'expired'
  | 'building'
  | 'stalled'
  | 'ready'
  | 'failed'
  | 'notice'
  | 'denied'
  | 'unknown'

export interface Line {
  kind: Kind
  text: string
  detail?: string // in the system's words
  quote?: string // in a person's words
}

interface Context {
  t: TFunction
  locale: Locale
  now: Date
  me: string
  people: ReadonlyMap<string, string> // names by person id
}

const steps = ['clone', 'customize', 'reconfigure', 'power_on', 'address'] as const

// nounOf cuts a type down to its subject and participle: request.submitted.
export const nounOf = (type: string): string => type.replace(/^io\.dcm\./, '').replace(/\.v\d+$/, '')

// A sealed text arrives opened, or not at all when the viewer may not read it.
function text(data: TimelineItem['data'], field: string): string {
  const value = data[field]
  return typeof value === 'string' ? value : ''
}

export function wording(item: TimelineItem, { t, locale, now, me, people }: Context): Line {
  const { data, actor } = item
  const context = actor.id === me ? 'you' : undefined
  const who = actor.name || t('timeline.someone')
  const recipient = people.get(text(data, 'recipient')) ?? t('timeline.theRequester')
  const quoted = (field: string) => (text(data, field) ? { quote: text(data, field) } : {})

  switch (nounOf(item.type)) {
    case 'request.submitted':
      return { kind: 'asked', text: t('timeline.submitted', { context, who, name: text(data, 'name'), size: text(data, 'size') }) }
    case 'request.withdrawn':
      return { kind: 'withdrawn', text: t('timeline.withdrawn', { context, who }) }
    case 'request.retried':
      return { kind: 'retried', text: t('timeline.retried', { context, who }) }
    case 'approval.opened': {
      const due = text(data, 'due_at')
      const detail = due ? { detail: t('timeline.openedDue', { when: calendar(new Date(due), now, locale) }) } : {}
      return { kind: 'opened', text: t('timeline.opened'), ...detail }
    }
    case 'approval.reminded':
      return { kind: 'reminded', text: t('timeline.reminded') }
    case 'approval.granted':
      if (data['automatic'] === true) return { kind: 'granted', text: t('timeline.grantedAuto') }
      return { kind: 'granted', text: t('timeline.granted', { context, who }), ...quoted('comment') }
    case 'approval.rejected':
      return { kind: 'rejected', text: t('timeline.rejected', { context, who }), ...quoted('reason') }
    case 'approval.expired':
      return { kind: 'expired', text: t('timeline.expired') }
    case 'provisioning.started':
      return { kind: 'building', text: t('timeline.started', { name: text(data, 'vm_name') }) }
    case 'provisioning.advanced': {
      const step = text(data, 'step')
      return { kind: 'building', text: t(`timeline.advanced.${steps.find((s) => s === step) ?? 'other'}`, { step }) }
    }
    case 'provisioning.stalled':
      return { kind: 'stalled', text: t('timeline.stalled'), detail: text(data, 'detail') }
    case 'provisioning.succeeded':
      return { kind: 'ready', text: t('timeline.succeeded', { address: text(data, 'address') }) }
    case 'provisioning.failed': {
      const cleaned = data['rolled_back'] === true ? t('timeline.failedCleaned') : ''
      return { kind: 'failed', text: t('timeline.failed'), detail: [text(data, 'detail'), cleaned].filter(Boolean).join(' · ') }
    }
    case 'notification.queued':
      return { kind: 'notice', text: t('timeline.queued', { who: recipient }) }
    case 'notification.sent':
      return { kind: 'notice', text: t('timeline.sent', { who: recipient }) }
    case 'notification.failed':
      return { kind: 'notice', text: t('timeline.notSent', { who: recipient }), detail: text(data, 'code') }
    case 'access.denied':
      return { kind: 'denied', text: t('timeline.denied', { who }) }
    default:
      return { kind: 'unknown', text: t('timeline.unknown', { type: nounOf(item.type) }) }
  }
}
