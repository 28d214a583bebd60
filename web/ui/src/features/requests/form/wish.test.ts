import { describe, expect, it } from 'vitest'
import type { Offering } from '@/api/types'
import { suggestName } from './suggest'
import { emptyWish, newRequest, wishSchema, type Wish } from './wish'

const offering: Offering = {
  currency: 'EUR',
  sizes: [{ key: 'S', vcpu: 2, ram_gib: 4, disk_gib: 50, monthly_cents: 2400 }],
  templates: [
    { key: 'ubuntu-24.04', name: 'Ubuntu', os: 'linux', connection_id: 'c' },
    { key: 'windows-2022', name: 'Windows', os: 'windows', connection_id: 'c' },
  ],
  networks: [{ key: 'app-net', name: 'Applications' }],
  projects: ['webshop'],
  lease: { min_days: 1, max_days: 365, default_days: 90 },
}
const good: Wish = {
  project: 'webshop',
  name: 'webshop-ubuntu-01',
  justification: 'Load tests',
  lease_days: 90,
  template: 'ubuntu-24.04',
  size: 'S',
  network: 'app-net',
}

describe('wishSchema', () => {
  it.each([
    { name: 'AGoodWish', change: {}, want: {} },
    { name: 'NoProject', change: { project: '  ' }, want: { project: 'required' } },
    { name: 'NoName', change: { name: '' }, want: { name: 'required' } },
    { name: 'CapitalLetters', change: { name: 'Webshop' }, want: { name: 'invalid_name' } },
    { name: 'HyphenAtTheEnd', change: { name: 'webshop-' }, want: { name: 'invalid_name' } },
    { name: 'OnlyDigits', change: { name: '2026' }, want: { name: 'invalid_name' } },
    { name: 'DigitFirst', change: { name: '2nd-shop' }, want: {} },
    { name: 'OneLetter', change: { name: 'x' }, want: {} },
    { name: 'LongName', change: { name: 'a'.repeat(41) }, want: { name: 'too_long' } },
    { name: 'LongNameForWindows', change: { template: 'windows-2022', name: 'webshop-windows-01' }, want: { name: 'too_long_windows' } },
    { name: 'NothingToSay', change: { justification: 'a' }, want: { justification: 'too_short' } },
    { name: 'NoSize', change: { size: '' }, want: { size: 'choose' } },
    { name: 'EndlessLease', change: { lease_days: 366 }, want: { lease_days: 'out_of_range' } },
    { name: 'EmptiedLease', change: { lease_days: Number.NaN }, want: { lease_days: 'out_of_range' } },
  ])('$name', ({ change, want }) => {
    const result = wishSchema(offering).safeParse({ ...good, ...change })
    const found = Object.fromEntries((result.error?.issues ?? []).toReversed().map((issue) => [issue.path.join('.'), issue.message]))
    expect(found).toEqual(want)
  })
})

describe('emptyWish', () => {
  it('ChoosesWhatCannotBeChosenOtherwise', () => {
    expect(emptyWish(offering)).toMatchObject({ project: 'webshop', network: 'app-net', lease_days: 90, template: '', size: '' })
  })
})

describe('newRequest', () => {
  it('LinksToTheRefusedRequest', () => {
    expect(newRequest(good, 'r1').replaces).toBe('r1')
    expect(newRequest(good, undefined)).not.toHaveProperty('replaces')
  })
})

describe('suggestName', () => {
  const [ubuntu, windows] = offering.templates
  it.each([
    { name: 'NothingToMakeItOf', project: '', template: ubuntu, taken: [], want: '' },
    { name: 'ByPattern', project: 'webshop', template: ubuntu, taken: [], want: 'webshop-ubuntu-01' },
    { name: 'TheFirstFreeNumber', project: 'webshop', template: ubuntu, taken: ['webshop-ubuntu-01'], want: 'webshop-ubuntu-02' },
    { name: 'WithoutATemplate', project: 'webshop', template: undefined, taken: [], want: 'webshop-01' },
    { name: 'UmlautsAreWritten', project: 'Größe & Maß', template: undefined, taken: [], want: 'groesse-mass-01' },
    { name: 'ShortForWindows', project: 'webshop-backend', template: windows, taken: [], want: 'webshop-win-01' },
    { name: 'NoLetters', project: '2026', template: undefined, taken: [], want: '' },
  ])('$name', ({ project, template, taken, want }) => {
    expect(suggestName(project, template, taken)).toBe(want)
  })
})
