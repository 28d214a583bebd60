import type { Locale } from './locale'

// money writes cents; whole amounts go without decimals.
export function money(cents: number, currency: string, locale: Locale): string {
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: cents % 100 === 0 ? 0 : 2,
    maximumFractionDigits: 2,
  }).format(cents / 100)
}

export const count = (n: number, locale: Locale): string => new Intl.NumberFormat(locale).format(n)

const units = ['B', 'kB', 'MB', 'GB', 'TB']

// bytes writes a size the way download pages do.
export function bytes(n: number, locale: Locale): string {
  let value = n
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0 }).format(value)} ${units[unit]}`
}
