import type { TFunction } from 'i18next'
import type { Request } from '@/api/types'
import type { Locale } from '@/format/locale'
import { calendar } from '@/format/time'

const steps = ['clone', 'customize', 'reconfigure', 'power_on', 'address'] as const

// stepName says what a step of the build does; a step of a newer release is
// "getting ready".
export function stepName(step: string, t: TFunction): string {
  return t(`step.${steps.find((s) => s === step) ?? 'other'}`)
}

// names joins people the way a sentence does: "Anna Berg or Jonas Weber".
export const names = (people: readonly string[], locale: Locale): string =>
  new Intl.ListFormat(locale, { type: 'disjunction' }).format(people)

interface Context {
  t: TFunction
  locale: Locale
  now: Date
  me: string
}

// standing says in one sentence where a request stands, who has it and when it
// is due.
export function standing(request: Request, { t, locale, now, me }: Context): string {
  switch (request.state) {
    case 'waiting': {
      if (!request.due_at) return t('standing.waiting')
      const when = calendar(new Date(request.due_at), now, locale)
      const who = request.waiting_for?.approvers ?? []
      if (who.length === 0 || who.length > 3) return t('standing.waitingRole', { when })
      return t('standing.waitingNamed', { who: names(who, locale), when })
    }
    case 'provisioning':
      if (request.provisioning?.stalled) return t('standing.stalled')
      return t('standing.provisioning', { step: stepName(request.provisioning?.step ?? '', t) })
    case 'rejected': {
      const who = request.decision?.by?.name
      return who ? t('standing.rejected', { who }) : t('standing.rejectedPlain')
    }
    case 'withdrawn':
      return request.requester.id === me ? t('standing.withdrawn') : t('standing.withdrawnOther')
    case 'submitted':
    case 'approved':
    case 'ready':
    case 'expired':
    case 'failed':
      return t(`standing.${request.state}`)
  }
}
