import { beforeEach, describe, expect, it } from 'vitest'
import { dropDraft, loadDraft, saveDraft } from './draft'
import type { Wish } from './wish'

const empty: Wish = { project: '', name: '', justification: '', lease_days: 90, template: '', size: '', network: 'app-net' }
const begun: Wish = { ...empty, project: 'webshop', size: 'M' }

beforeEach(() => localStorage.clear())

describe('draft', () => {
  it('SurvivesAReload', () => {
    saveDraft('lena', begun)
    expect(loadDraft('lena', empty)).toEqual(begun)
  })

  it('BelongsToOnePerson', () => {
    saveDraft('lena', begun)
    expect(loadDraft('anna', empty)).toBeNull()
  })

  it('IsGoneWhenDropped', () => {
    saveDraft('lena', begun)
    dropDraft('lena')
    expect(loadDraft('lena', empty)).toBeNull()
  })

  it.each([
    { name: 'NothingTypedIsNoDraft', kept: JSON.stringify(empty), want: null },
    { name: 'NonsenseIsNoDraft', kept: '{"project":', want: null },
    { name: 'AFieldOfAnotherTypeIsLeftOut', kept: '{"project":"webshop","lease_days":"long"}', want: { ...empty, project: 'webshop' } },
    { name: 'AFieldOfAnotherReleaseIsLeftOut', kept: '{"project":"webshop","colour":"teal"}', want: { ...empty, project: 'webshop' } },
  ])('$name', ({ kept, want }) => {
    localStorage.setItem('dcm.draft.lena', kept)
    expect(loadDraft('lena', empty)).toEqual(want)
  })
})
