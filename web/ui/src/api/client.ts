// The one door to the API. Everything else asks through query options.
import { ApiError, problemOf, unreachable } from './problem'
import { freshTrace } from './trace'

const base = '/api/v1'

async function ask(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(base + path, { credentials: 'same-origin', ...init }).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw unreachable()
  })
  if (!response.ok) throw new ApiError(await problemOf(response))
  return response
}

const send = async <T>(path: string, init: RequestInit): Promise<T> => (await (await ask(path, init)).json()) as T

type Query = Record<string, string | number | undefined>

// search writes the parameters that are set, in a stable order.
export function search(query: Query): string {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') params.set(key, String(value))
  }
  const text = params.toString()
  return text && `?${text}`
}

export function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return send<T>(path + search(query), { headers: { accept: 'application/json' }, signal: signal ?? null })
}

// getFile returns a file as it is, for what its bytes prove.
export async function getFile(path: string): Promise<string> {
  return (await ask(path, { headers: { accept: 'application/json' } })).text()
}

// post sends a command. The same key means the same command: sending it twice
// does it once. Each sending begins a trace, which goes on to whoever acts on it.
export const post = <T>(path: string, body: unknown, key: string = freshKey()): Promise<T> => send<T>(path, command(body, key))

// download is post for an answer that is a file. One that is cut off is an error.
export const download = async (path: string, body: unknown): Promise<Blob> =>
  (await ask(path, command(body, freshKey()))).blob().catch(() => {
    throw unreachable()
  })

function command(body: unknown, key: string): RequestInit {
  return {
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      'idempotency-key': key,
      'x-dcm-request': '1',
      traceparent: freshTrace(),
    },
    body: JSON.stringify(body),
  }
}

// freshKey is a random UUID; crypto.randomUUID exists only on https and localhost.
export function freshKey(): string {
  const b = crypto.getRandomValues(new Uint8Array(16))
  b[6] = ((b[6] ?? 0) & 0x0f) | 0x40
  b[8] = ((b[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
