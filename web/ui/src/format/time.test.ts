import { describe, expect, it } from 'vitest'
import { calendar, localDate, relative, startOfDay, startOfNextDay } from './time'

const now = new Date(2026, 2, 10, 15, 0) // a Tuesday, local time
const at = (days: number, hour = 10) => new Date(2026, 2, 10 + days, hour, 0)

describe('relative', () => {
  it.each([
    { name: 'JustNow', ms: -10_000, want: 'now' },
    { name: 'Minutes', ms: -5 * 60_000, want: '5 minutes ago' },
    { name: 'Hours', ms: 3 * 3_600_000, want: 'in 3 hours' },
    { name: 'Yesterday', ms: -26 * 3_600_000, want: 'yesterday' },
    { name: 'Months', ms: -65 * 86_400_000, want: '2 months ago' },
    { name: 'Years', ms: 800 * 86_400_000, want: 'in 2 years' },
  ])('$name', ({ ms, want }) => {
    expect(relative(new Date(now.getTime() + ms), now, 'en-GB')).toBe(want)
  })
})

describe('calendar', () => {
  it.each([
    { name: 'Today', when: at(0, 17), locale: 'en-GB', want: 'today 17:00' },
    { name: 'Tomorrow', when: at(1), locale: 'en-GB', want: 'tomorrow 10:00' },
    { name: 'TomorrowInGerman', when: at(1), locale: 'de-DE', want: 'morgen 10:00' },
    { name: 'YesterdayInGerman', when: at(-1), locale: 'de-DE', want: 'gestern 10:00' },
    { name: 'ThisWeekByItsDay', when: at(3), locale: 'en-GB', want: 'Friday 10:00' },
    { name: 'LaterByItsDate', when: at(14), locale: 'en-GB', want: '24 Mar 2026, 10:00' },
    { name: 'LongAgoByItsDate', when: at(-3), locale: 'de-DE', want: '07.03.2026, 10:00' },
  ] as const)('$name', ({ when, locale, want }) => {
    expect(calendar(when, now, locale)).toBe(want)
  })

  it('CountsDaysNotHours', () => {
    // Ten hours away, but on another day.
    expect(calendar(at(1, 1), now, 'en-GB')).toBe('tomorrow 01:00')
  })
})

describe('days', () => {
  it('BeginAtLocalMidnight', () => {
    expect(startOfDay('2026-03-10')).toBe(new Date(2026, 2, 10).toISOString())
    expect(startOfNextDay('2026-02-28')).toBe(new Date(2026, 2, 1).toISOString())
  })

  it('AreNothingWhenUnset', () => {
    expect(startOfDay('')).toBeUndefined()
    expect(startOfNextDay('soon')).toBeUndefined()
  })

  it('SurviveARoundTrip', () => {
    expect(localDate(new Date(startOfDay('2026-01-05') ?? ''))).toBe('2026-01-05')
  })
})
