import type { Locale } from './locale'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

// relative says how far away a moment is: "3 minutes ago", "in 2 days".
export function relative(at: Date, now: Date, locale: Locale): string {
  const distance = at.getTime() - now.getTime()
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const size = Math.abs(distance)
  if (size < 45_000) return format.format(0, 'second')
  if (size < hour) return format.format(Math.round(distance / minute), 'minute')
  if (size < day) return format.format(Math.round(distance / hour), 'hour')
  if (size < 30 * day) return format.format(Math.round(distance / day), 'day')
  if (size < 365 * day) return format.format(Math.round(distance / (30 * day)), 'month')
  return format.format(Math.round(distance / (365 * day)), 'year')
}

export const absolute = (at: Date, locale: Locale): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' }).format(at)

export const moment = (at: Date, locale: Locale): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(at)

export const date = (at: Date, locale: Locale): string => new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(at)

export const clock = (at: Date, locale: Locale): string => new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(at)

const midnight = (d: Date) => new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime()

// calendar says when, the way people make appointments: "tomorrow 10:00",
// "Friday 10:00", later than that "14 Mar 2026, 10:00".
export function calendar(at: Date, now: Date, locale: Locale): string {
  const days = Math.round((midnight(at) - midnight(now)) / day)
  if (Math.abs(days) <= 1) return `${new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(days, 'day')} ${clock(at, locale)}`
  if (days > 1 && days < 7) return `${new Intl.DateTimeFormat(locale, { weekday: 'long' }).format(at)} ${clock(at, locale)}`
  return moment(at, locale)
}

// startOfDay turns a local date (yyyy-mm-dd) into the moment it begins.
export function startOfDay(iso: string): string | undefined {
  const [y, m, d] = iso.split('-').map(Number)
  if (!y || !m || !d) return undefined
  return new Date(y, m - 1, d).toISOString()
}

// startOfNextDay is the first moment that no longer belongs to the date.
export function startOfNextDay(iso: string): string | undefined {
  const [y, m, d] = iso.split('-').map(Number)
  if (!y || !m || !d) return undefined
  return new Date(y, m - 1, d + 1).toISOString()
}

export function localDate(at: Date): string {
  const two = (n: number) => String(n).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}
