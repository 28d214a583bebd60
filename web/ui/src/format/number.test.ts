import { describe, expect, it } from 'vitest'
import { bytes, money } from './number'

// Intl writes no-break spaces; the tables are written with plain ones.
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ')

describe('money', () => {
  it.each([
    { name: 'WholeAmountsInGerman', cents: 4800, locale: 'de-DE', want: '48 €' },
    { name: 'CentsInGerman', cents: 19950, locale: 'de-DE', want: '199,50 €' },
    { name: 'ThousandsInGerman', cents: 123_456_00, locale: 'de-DE', want: '123.456 €' },
    { name: 'WholeAmountsInEnglish', cents: 4800, locale: 'en-GB', want: '€48' },
    { name: 'Nothing', cents: 0, locale: 'en-GB', want: '€0' },
  ] as const)('$name', ({ cents, locale, want }) => {
    expect(plain(money(cents, 'EUR', locale))).toBe(want)
  })
})

describe('bytes', () => {
  it.each([
    { name: 'FewBytes', n: 512, want: '512 B' },
    { name: 'SmallNumbersKeepOneDecimal', n: 1_500, want: '1.5 kB' },
    { name: 'LargeNumbersKeepNone', n: 18_734_221, want: '19 MB' },
    { name: 'StopsAtTerabytes', n: 5e15, want: '5,000 TB' },
  ])('$name', ({ n, want }) => {
    expect(bytes(n, 'en-GB')).toBe(want)
  })
})
