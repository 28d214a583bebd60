import { describe, expect, it } from 'vitest'
import { filterOf, paramsOf, viewOf } from './filter'

describe('view', () => {
  it.each([
    { name: 'TheUsualNeedsNoParameters', search: '', back: '' },
    { name: 'EverythingSet', search: 'show=open&sort=name&scope=all&q=web', back: 'show=open&sort=name&scope=all&q=web' },
    { name: 'WhatItDoesNotKnowIsIgnored', search: 'show=purple&sort=size&scope=world', back: '' },
  ])('$name', ({ search, back }) => {
    expect(paramsOf(viewOf(new URLSearchParams(search))).toString()).toBe(back)
  })

  it('OpenMeansEverythingUnfinished', () => {
    expect(filterOf(viewOf(new URLSearchParams('show=open'))).state).toEqual(['submitted', 'waiting', 'approved', 'provisioning'])
  })

  it('AllAsksForNoState', () => {
    expect(filterOf(viewOf(new URLSearchParams()))).not.toHaveProperty('state')
  })
})
