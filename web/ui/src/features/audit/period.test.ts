import { describe, expect, it } from 'vitest'
import { daysOf, periodOf } from './period'

const now = new Date(2026, 0, 15, 12, 0)

describe('daysOf', () => {
  it.each([
    { preset: 'lastMonth', want: { from: '2025-12-01', to: '2025-12-31' } },
    { preset: 'thisMonth', want: { from: '2026-01-01', to: '2026-01-15' } },
    { preset: 'lastYear', want: { from: '2025-01-01', to: '2025-12-31' } },
    { preset: 'thisYear', want: { from: '2026-01-01', to: '2026-01-15' } },
  ] as const)('$preset', ({ preset, want }) => {
    expect(daysOf(preset, now)).toEqual(want)
  })
})

describe('periodOf', () => {
  it.each([
    { name: 'OneDayIsAPeriod', days: { from: '2026-01-15', to: '2026-01-15' }, want: { from: new Date(2026, 0, 15).toISOString(), to: new Date(2026, 0, 16).toISOString() } },
    { name: 'Backwards', days: { from: '2026-01-15', to: '2026-01-13' }, want: 'order' },
    { name: 'NotBegun', days: { from: '2026-02-01', to: '2026-02-02' }, want: 'future' },
    { name: 'Unset', days: { from: '', to: '2026-02-02' }, want: 'missing' },
  ])('$name', ({ days, want }) => {
    expect(periodOf(days, now)).toEqual(want)
  })
})
