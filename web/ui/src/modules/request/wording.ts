// What each fact of a request's timeline says in plain words.
import type { TFunction } from 'i18next'
import type { SealedText } from '@/api/events.gen'
import type { TimelineItem } from '@/api/types'
import type { Locale } from '@/format/locale'
import { calendar } from '@/format/time'
import { factName, factOf, kindOf } from '@/modules/fact'

export type Mood =
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
  mood: Mood
  text: string
  detail?: string // in the system's words
  quote?: string // in a person's words
}

interface Context {
  t: TFunction
  locale: Locale
  now: Date
  me: string
  people: ReadonlyMap<string, string | null> // names by person id
}

const steps = ['clone', 'customize', 'reconfigure', 'power_on', 'address'] as const

// A sealed text arrives opened, or as it is when the viewer may not read it.
const quoted = (text: SealedText | undefined): { quote?: string } => (typeof text === 'string' && text !== '' ? { quote: text } : {})

export function wording(item: TimelineItem, { t, locale, now, me, people }: Context): Line {
  const context = item.actor.id === me ? 'you' : undefined
  const who = item.actor.name ?? t('person.gone')
  const named = (person: string) => people.get(person) ?? t('timeline.theRequester')
  const fact = factOf(item)

  switch (fact?.type) {
    case 'io.dcm.request.submitted.v1':
      return { mood: 'asked', text: t('timeline.submitted', { context, who, name: fact.data.name, size: fact.data.size }) }
    case 'io.dcm.request.withdrawn.v1':
      return { mood: 'withdrawn', text: t('timeline.withdrawn', { context, who }) }
    case 'io.dcm.request.retried.v1':
      return { mood: 'retried', text: t('timeline.retried', { context, who }) }
    case 'io.dcm.approval.opened.v1':
      return { mood: 'opened', text: t('timeline.opened'), detail: t('timeline.openedDue', { when: calendar(new Date(fact.data.due_at), now, locale) }) }
    case 'io.dcm.approval.reminded.v1':
      return { mood: 'reminded', text: t('timeline.reminded') }
    case 'io.dcm.approval.granted.v1':
      if (fact.data.automatic) return { mood: 'granted', text: t('timeline.grantedAuto') }
      return { mood: 'granted', text: t('timeline.granted', { context, who }), ...quoted(fact.data.comment) }
    case 'io.dcm.approval.rejected.v1':
      return { mood: 'rejected', text: t('timeline.rejected', { context, who }), ...quoted(fact.data.reason) }
    case 'io.dcm.approval.expired.v1':
      return { mood: 'expired', text: t('timeline.expired') }
    case 'io.dcm.provisioning.started.v1':
      return { mood: 'building', text: t('timeline.started', { name: fact.data.vm_name }) }
    case 'io.dcm.provisioning.advanced.v1': {
      const { step } = fact.data
      return { mood: 'building', text: t(`timeline.advanced.${steps.find((s) => s === step) ?? 'other'}`, { step }) }
    }
    case 'io.dcm.provisioning.stalled.v1':
      return { mood: 'stalled', text: t('timeline.stalled'), detail: fact.data.detail }
    case 'io.dcm.provisioning.abandoned.v1':
      return { mood: 'failed', text: t('timeline.abandoned'), detail: fact.data.detail }
    case 'io.dcm.provisioning.succeeded.v1':
      return { mood: 'ready', text: t('timeline.succeeded', { address: fact.data.address }) }
    case 'io.dcm.provisioning.failed.v1': {
      const cleaned = fact.data.rolled_back ? t('timeline.failedCleaned') : ''
      return { mood: 'failed', text: t('timeline.failed'), detail: [fact.data.detail, cleaned].filter(Boolean).join(' · ') }
    }
    case 'io.dcm.notification.queued.v1':
      return { mood: 'notice', text: t('timeline.queued', { who: named(fact.data.recipient) }) }
    case 'io.dcm.notification.sent.v1':
      return { mood: 'notice', text: t('timeline.sent', { who: named(fact.data.recipient) }) }
    case 'io.dcm.notification.failed.v1':
      return { mood: 'notice', text: t('timeline.notSent', { who: named(fact.data.recipient) }), detail: fact.data.code }
    case 'io.dcm.access.denied.v1':
      return { mood: 'denied', text: t('timeline.denied', { who }) }
    // These have streams of their own.
    case 'io.dcm.notification.read.v1':
    case 'io.dcm.audit.requested.v1':
    case 'io.dcm.audit.exported.v1':
    case 'io.dcm.audit.downloaded.v1':
    case 'io.dcm.work.replayed.v1':
    case 'io.dcm.work.reopened.v1':
    case 'io.dcm.log.moved.v1':
    case 'io.dcm.person.introduced.v1':
    case 'io.dcm.person.exported.v1':
    case 'io.dcm.person.erased.v1':
    case 'io.dcm.erasure.repeated.v1':
    case 'io.dcm.tenant.registered.v1':
    case 'io.dcm.connection.configured.v1':
      return { mood: 'unknown', text: factName(fact.type, t) }
    // A newer release wrote it.
    case undefined:
      return { mood: 'unknown', text: t('timeline.unknown', { type: kindOf(item.type) }) }
  }
}
