import { describe, expect, it } from 'vitest'
import { sameName } from './same-name'

describe('sameName', () => {
  it.each([
    { name: 'Same', typed: 'Jürgen Groß', wanted: 'Jürgen Groß', want: true },
    { name: 'SpacesMakeNoDifference', typed: '  Jürgen   Groß ', wanted: 'Jürgen Groß', want: true },
    { name: 'NorHowLettersAreComposed', typed: 'Ju\u0308rgen Groß', wanted: 'J\u00fcrgen Groß', want: true },
    { name: 'CaseDoes', typed: 'jürgen groß', wanted: 'Jürgen Groß', want: false },
    { name: 'APartIsNotEnough', typed: 'Jürgen', wanted: 'Jürgen Groß', want: false },
    { name: 'NothingIsNoName', typed: '', wanted: '', want: false },
  ])('$name', ({ typed, wanted, want }) => {
    expect(sameName(typed, wanted)).toBe(want)
  })
})
