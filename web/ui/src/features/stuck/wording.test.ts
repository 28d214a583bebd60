import i18next, { type TFunction } from 'i18next'
import { beforeAll, describe, expect, it } from 'vitest'
import type { StuckWork } from '@/api/types'
import de from '@/i18n/de'
import en from '@/i18n/en'
import { causeOf, standingOf, titleOf } from './wording'

let t: TFunction
let tde: TFunction
beforeAll(async () => {
  await i18next.init({ lng: 'en', resources: { en: { translation: en }, de: { translation: de } }, interpolation: { escapeValue: false } })
  t = i18next.getFixedT('en')
  tde = i18next.getFixedT('de')
})

const stuck: StuckWork = {
  id: 'w1',
  state: 'dead',
  function: 'notify',
  stream_id: 'r1',
  fact_id: 'f1',
  fact_type: 'io.dcm.approval.granted.v1',
  timer: '',
  request_id: 'r1',
  request_name: 'web-1',
  attempts: 10,
  since: '2026-03-10T14:00:00Z',
  next_try: null,
  reason: 'no template',
}
const work = (changes: Partial<StuckWork> = {}): StuckWork => ({ ...stuck, ...changes })
const timer = (kind: string, changes: Partial<StuckWork> = {}) => work({ fact_id: null, fact_type: '', timer: kind, ...changes })

describe('titleOf', () => {
  it.each([
    { name: 'AFactOfARequest', work: work(), want: 'Telling people about “web-1”', german: 'Benachrichtigung zu „web-1“' },
    { name: 'AMail', work: timer('mail:1'), want: 'Mail about “web-1”', german: 'E-Mail zu „web-1“' },
    { name: 'ADeadline', work: timer('expire', { function: 'approve' }), want: 'Deadline for the approval of “web-1”', german: 'Frist für die Freigabe von „web-1“' },
    { name: 'ABuild', work: timer('observe', { function: 'provision' }), want: 'Building “web-1”', german: 'Bau von „web-1“' },
    { name: 'NoRequest', work: work({ function: 'audit-export', request_id: null, request_name: '' }), want: 'Audit bundle', german: 'Nachweispaket' },
    { name: 'AFunctionOfANewerRelease', work: work({ function: 'bill', request_name: '' }), want: 'Work of bill', german: 'Arbeit von bill' },
  ])('$name', ({ work, want, german }) => {
    expect(titleOf(work, t)).toBe(want)
    expect(titleOf(work, tde)).toBe(german)
  })
})

describe('standingOf', () => {
  it.each([
    { name: 'GivenUp', work: work(), want: 'DCM (notifications) gave up after 10 attempts.' },
    { name: 'GivenUpAtOnce', work: work({ attempts: 1 }), want: 'DCM (notifications) gave up after 1 attempt.' },
    { name: 'StillTrying', work: work({ state: 'overdue', attempts: 3 }), want: 'DCM (notifications) has failed 3 times and keeps trying.' },
    { name: 'NobodyHasTried', work: work({ state: 'overdue', attempts: 0 }), want: 'DCM (notifications) has not begun.' },
  ])('$name', ({ work, want }) => {
    expect(standingOf(work, t)).toBe(want)
  })
})

describe('causeOf', () => {
  it.each([
    { name: 'AFact', work: work(), want: 'Follows from: Approved' },
    { name: 'AFactOfANewerRelease', work: work({ fact_type: 'io.dcm.quota.reserved.v1' }), want: 'Follows from: io.dcm.quota.reserved.v1' },
    { name: 'ATimerWithoutItsIds', work: timer('mail:0197f3a0'), want: 'Follows from a timer: mail' },
  ])('$name', ({ work, want }) => {
    expect(causeOf(work, t)).toBe(want)
  })
})
