import { describe, expect, it } from 'vitest'
import { ApiError, fieldErrors, isStatus, plain, problemOf } from './problem'

const fields = ['name', 'size'] as const

describe('fieldErrors', () => {
  const refused = (...errors: { field: string; code: string; detail: string }[]) =>
    new ApiError({ ...plain(422, 'Unprocessable Entity'), errors })

  it.each([
    {
      name: 'KnownFieldsGoToTheirField',
      error: refused({ field: 'name', code: 'required', detail: 'Give it a name.' }),
      want: { known: [{ field: 'name', code: 'required', detail: 'Give it a name.' }], rest: [] },
    },
    {
      name: 'UnknownFieldsAreSaidForTheWholeForm',
      error: refused({ field: 'quota', code: 'exceeded', detail: '2 vCPU too many.' }),
      want: { known: [], rest: ['2 vCPU too many.'] },
    },
    {
      name: 'PointersAreUnderstood',
      error: refused({ field: '/size', code: 'unknown_size', detail: 'No such size.' }),
      want: { known: [{ field: 'size', code: 'unknown_size', detail: 'No such size.' }], rest: [] },
    },
    { name: 'AProblemWithoutFieldsHasNone', error: new ApiError(plain(409, 'Conflict')), want: { known: [], rest: [] } },
    { name: 'AnythingElseHasNone', error: new Error('x'), want: { known: [], rest: [] } },
  ])('$name', ({ error, want }) => {
    expect(fieldErrors(error, fields)).toEqual(want)
  })
})

describe('problemOf', () => {
  it('ReadsTheProblem', async () => {
    const body = JSON.stringify({ title: 'Conflict', status: 409, detail: 'Reload and try again.', code: 'conflict' })
    const problem = await problemOf(new Response(body, { status: 409, headers: { 'content-type': 'application/problem+json' } }))
    expect(problem).toMatchObject({ detail: 'Reload and try again.', code: 'conflict' })
  })

  it('MakesOneOfAProxysPage', async () => {
    const problem = await problemOf(new Response('<h1>Bad Gateway</h1>', { status: 502, statusText: 'Bad Gateway', headers: { 'content-type': 'text/html' } }))
    expect(problem).toEqual(plain(502, 'Bad Gateway'))
  })

  it('SurvivesBrokenJSON', async () => {
    const problem = await problemOf(new Response('{', { status: 500, headers: { 'content-type': 'application/json' } }))
    expect(problem.status).toBe(500)
  })
})

describe('isStatus', () => {
  it('TellsOurErrorsFromOthers', () => {
    expect(isStatus(new ApiError(plain(401, 'x')), 401, 403)).toBe(true)
    expect(isStatus(new ApiError(plain(404, 'x')), 401, 403)).toBe(false)
    expect(isStatus(new Error('401'), 401)).toBe(false)
  })
})
