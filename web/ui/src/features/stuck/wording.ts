// What stuck work is, and how it stands, in plain words.
import type { TFunction } from 'i18next'
import type { StuckWork } from '@/api/types'
import { factName } from '@/modules/fact'
import { actorName } from '@/modules/role'

const functions = ['approve', 'provision', 'notify', 'audit-export'] as const

export const workerOf = ({ function: id }: StuckWork, t: TFunction): string => actorName({ kind: 'function', id, name: null }, t)

// titleOf says what has not been done: "Mail about web-1".
export function titleOf(work: StuckWork, t: TFunction): string {
  const name = work.request_name
  const context = name ? undefined : 'unnamed'
  const known = functions.find((f) => f === work.function)
  if (!known) return t('stuck.what.other', { context, name, function: work.function })
  if (known === 'notify' && work.timer) return t('stuck.what.mail', { context, name })
  if (known === 'approve' && work.timer) return t('stuck.what.deadline', { context, name })
  return t(`stuck.what.${known}`, { context, name })
}

// standingOf says who could not do it and whether they still try.
export function standingOf(work: StuckWork, t: TFunction): string {
  const who = workerOf(work, t)
  const { attempts: count } = work
  if (work.state === 'dead') return t('stuck.gaveUp', { who, count })
  return count === 0 ? t('stuck.untouched', { who }) : t('stuck.trying', { who, count })
}

// causeOf says why it is owed: the fact, or the timer that has gone off.
export function causeOf(work: StuckWork, t: TFunction): string {
  if (work.fact_type) return t('stuck.because', { fact: factName(work.fact_type, t) })
  const [kind] = work.timer.split(':')
  return t('stuck.becauseTimer', { kind })
}
