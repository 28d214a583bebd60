import i18next, { type TFunction } from 'i18next'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Request, TimelineItem } from '@/api/types'
import de from '@/i18n/de'
import en from '@/i18n/en'
import { names, standing } from './standing'
import { wording } from './wording'

let t: TFunction
let tde: TFunction
beforeAll(async () => {
  await i18next.init({ lng: 'en', resources: { en: { translation: en }, de: { translation: de } }, interpolation: { escapeValue: false } })
  t = i18next.getFixedT('en')
  tde = i18next.getFixedT('de')
})

const now = new Date(2026, 2, 10, 15, 0)
const lena = { kind: 'person', id: 'lena', name: 'Lena Hofmann' } as const
const anna = { kind: 'person', id: 'anna', name: 'Anna Berg' } as const
const dcm = { kind: 'function', id: 'approve', name: 'approve' } as const

const item = (type: string, actor: TimelineItem['actor'], data: TimelineItem['data'] = {}): TimelineItem => ({
  id: 'f1',
  type: `io.dcm.${type}.v1`,
  version: 1,
  occurred_at: now.toISOString(),
  actor,
  data,
})
const context = () => ({ t, locale: 'en-GB' as const, now, me: 'lena', people: new Map([['lena', 'Lena Hofmann']]) })

describe('wording', () => {
  it.each([
    { name: 'MyOwnDeedsAreYours', item: item('request.submitted', lena, { name: 'web-01', size: 'M' }), want: { mood: 'asked', text: 'You asked for “web-01” in size M' } },
    { name: 'OthersHaveNames', item: item('request.submitted', anna, { name: 'web-01', size: 'M' }), want: { mood: 'asked', text: 'Anna Berg asked for “web-01” in size M' } },
    { name: 'AnErasedPersonIsCalledSo', item: item('request.withdrawn', { ...anna, name: null }), want: { mood: 'withdrawn', text: 'Erased person withdrew the request' } },
    { name: 'ThePolicySaidYes', item: item('approval.granted', dcm, { automatic: true }), want: { mood: 'granted', text: 'Approved automatically by the policy' } },
    {
      name: 'ARefusalIsQuoted',
      item: item('approval.rejected', anna, { reason: 'Too large.' }),
      want: { mood: 'rejected', text: 'Anna Berg rejected the request', quote: 'Too large.' },
    },
    {
      name: 'AReasonThatMayNotBeReadIsLeftOut',
      item: item('approval.rejected', anna, { reason: { person: 'lena', box: 'AAAA' } }),
      want: { mood: 'rejected', text: 'Anna Berg rejected the request' },
    },
    { name: 'AStepOfTheBuild', item: item('provisioning.advanced', dcm, { step: 'power_on' }), want: { mood: 'building', text: 'The machine is being started' } },
    { name: 'AStepOfANewerRelease', item: item('provisioning.advanced', dcm, { step: 'tag' }), want: { mood: 'building', text: 'The next step began: tag' } },
    {
      name: 'AFailureSaysWhatWasDone',
      item: item('provisioning.failed', dcm, { detail: 'Datastore full', rolled_back: true }),
      want: { mood: 'failed', text: 'The machine could not be built', detail: 'Datastore full · What was half-made has been removed.' },
    },
    { name: 'WhoWasTold', item: item('notification.sent', dcm, { recipient: 'lena' }), want: { mood: 'notice', text: 'Lena Hofmann was told by mail' } },
    { name: 'AFactOfANewerRelease', item: item('quota.reserved', dcm), want: { mood: 'unknown', text: 'Something else was recorded: quota.reserved' } },
  ])('$name', ({ item, want }) => {
    expect(wording(item, context())).toEqual(want)
  })

  it('HasWordsForEveryKindInGerman', () => {
    const line = wording(item('approval.granted', anna), { ...context(), t: tde, locale: 'de-DE' })
    expect(line.text).toBe('Anna Berg hat den Antrag freigegeben')
  })
})

describe('standing', () => {
  const request = (change: Partial<Request>): Request => ({
    id: 'r1', state: 'waiting', project: 'webshop', name: 'web-01', template: 'ubuntu-24.04', os: 'linux', size: 'M',
    vcpu: 4, ram_gib: 8, disk_gib: 100, network: 'app-net', lease_days: 90, monthly_cents: 4800, currency: 'EUR', justification: '',
    requester: { id: 'lena', name: 'Lena Hofmann', email: '' }, submitted_at: '', updated_at: '', version: 1, receipt: null,
    due_at: new Date(2026, 2, 11, 10, 0).toISOString(), waiting_for: null, replaces: null, decision: null, provisioning: null, vm_id: null,
    can: { withdraw: false, decide: false, retry: false },
    ...change,
  })
  const building = { step: 'clone', vm_name: '', stalled: null, failure: null, started_at: null, finished_at: null }
  it.each([
    { name: 'NamesWhoHasIt', change: { waiting_for: { role: 'approver', approvers: ['Anna Berg', 'Jonas Weber'] } }, want: 'Waiting for Anna Berg or Jonas Weber, due tomorrow 10:00.' },
    { name: 'NobodyNamed', change: {}, want: 'Waiting for an approver, due tomorrow 10:00.' },
    { name: 'NoDueTime', change: { due_at: null }, want: 'Waiting for an approver.' },
    { name: 'SaysTheStep', change: { state: 'provisioning', provisioning: building }, want: 'DCM is building the machine: copying the template.' },
    { name: 'SaysThatItContinues', change: { state: 'provisioning', provisioning: { ...building, stalled: { code: 'unreachable', detail: '' } } }, want: 'vCenter cannot be reached. Building continues by itself.' },
    { name: 'SaysWhoRefused', change: { state: 'rejected', decision: { outcome: 'reject', automatic: false, by: { id: 'anna', name: 'Anna Berg' }, reason: '', at: '' } }, want: 'Rejected by Anna Berg.' },
    { name: 'MyOwnWithdrawal', change: { state: 'withdrawn' }, want: 'You took this request back.' },
  ] satisfies { name: string; change: Partial<Request>; want: string }[])('$name', ({ change, want }) => {
    expect(standing(request(change), context())).toBe(want)
  })

  it('JoinsNamesAsASentenceDoes', () => {
    expect(names(['Anna', 'Jonas', 'Lena'], 'de-DE')).toBe('Anna, Jonas oder Lena')
  })
})
