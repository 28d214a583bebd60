import { describe, expect, it } from 'vitest'
import { freshTrace } from './trace'

describe('freshTrace', () => {
  it('IsATraceparent', () => {
    expect(freshTrace()).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  })
  it('IsNeverTheSame', () => {
    expect(freshTrace()).not.toBe(freshTrace())
  })
})
