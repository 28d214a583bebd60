import type { Problem } from './types'

// ApiError is an answer of the API that says no. Status 0 means that there was
// no answer: the network or the portal is away.
export class ApiError extends Error {
  readonly status: number
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title)
    this.name = 'ApiError'
    this.status = problem.status
    this.problem = problem
  }
}

// plain is a problem of which nothing is known but its status.
export const plain = (status: number, title: string): Problem => ({ type: 'about:blank', title, status, code: '' })

export const unreachable = () => new ApiError(plain(0, 'unreachable'))

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'title' in value && typeof value.title === 'string'
}

// problemOf reads the problem from an answer, or makes one from its status when
// something between the browser and the portal answered instead.
export async function problemOf(response: Response): Promise<Problem> {
  const fallback = plain(response.status, response.statusText || 'error')
  if (!response.headers.get('content-type')?.includes('json')) return fallback
  const body: unknown = await response.json().catch(() => null)
  return isProblem(body) ? { ...body, status: response.status } : fallback
}

export function isStatus(error: unknown, ...statuses: number[]): error is ApiError {
  return error instanceof ApiError && statuses.includes(error.status)
}

// fieldErrors sorts the refusals of a problem into those that belong to a field
// of the form and those that do not.
export function fieldErrors<Field extends string>(error: unknown, fields: readonly Field[]) {
  const known: { field: Field; code: string; detail: string }[] = []
  const rest: string[] = []
  if (!(error instanceof ApiError)) return { known, rest }
  for (const { field, code, detail } of error.problem.errors ?? []) {
    const name = field.replace(/^\/+|^data\./, '')
    const match = fields.find((f) => f === name)
    if (match) known.push({ field: match, code, detail })
    else rest.push(detail)
  }
  return { known, rest }
}
