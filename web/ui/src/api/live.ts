// Keeps the page true without reloading: the server says what changed, and the
// queries that show it are asked again.
import type { QueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { parseChange, resumed, staleKeys, type Change } from './changes'

export type LiveState = 'connecting' | 'open' | 'lost'

const settle = 60 // ms: a command writes several facts; they count as one change
const grace = 4_000 // ms: a hiccup shorter than this is nobody's business
const waits = [1_000, 2_000, 5_000, 10_000] // ms between attempts

let state: LiveState = 'connecting'
const listeners = new Set<() => void>()

function become(next: LiveState) {
  if (state === next) return
  state = next
  for (const listener of listeners) listener()
}

export const useLiveState = (): LiveState =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => state,
  )

// follow listens until the returned function is called.
export function follow(client: QueryClient, url = '/api/v1/live'): () => void {
  const pending = new Map<string, Change>()
  let source: EventSource
  let flushing: ReturnType<typeof setTimeout> | undefined
  let losing: ReturnType<typeof setTimeout> | undefined
  let retrying: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let placed = false // whether a greeting has said where to resume
  let missed = false // whether something may have happened that no connection tells of

  const flush = () => {
    flushing = undefined
    const keys = new Map([...pending.values()].flatMap(staleKeys).map((key) => [JSON.stringify(key), key]))
    pending.clear()
    for (const queryKey of keys.values()) void client.invalidateQueries({ queryKey })
  }

  const opened = () => {
    clearTimeout(losing)
    losing = undefined
    failures = 0
    become('open')
  }

  // The server greets with whether it could resume where the browser had stopped.
  // If something was missed, everything on screen is asked for again.
  const greeted = (event: MessageEvent<string>) => {
    opened()
    placed = true
    if (missed || !resumed(event.data)) void client.invalidateQueries()
    missed = false
  }

  const connect = () => {
    source = new EventSource(url)
    source.addEventListener('open', opened)
    source.addEventListener('hello', greeted)
    source.addEventListener('change', (event: MessageEvent<string>) => {
      const change = parseChange(event.data)
      if (!change) return
      pending.set(change.stream_id + change.type, change)
      flushing ??= setTimeout(flush, settle)
    })
    source.addEventListener('error', () => {
      // A connection that was never greeted, or is made anew, has no place to resume from.
      missed ||= !placed || source.readyState === EventSource.CLOSED
      losing ??= setTimeout(() => become('lost'), grace)
      if (source.readyState !== EventSource.CLOSED) return // the browser tries again and resumes
      const wait = waits[Math.min(failures, waits.length - 1)]
      failures++
      // Asking who I am tells a lost connection from a lost session.
      void client.invalidateQueries({ queryKey: ['me'] })
      retrying = setTimeout(connect, wait)
    })
  }
  connect()

  const retryNow = () => {
    if (source.readyState !== EventSource.CLOSED) return
    clearTimeout(retrying)
    connect()
  }
  window.addEventListener('online', retryNow)

  return () => {
    window.removeEventListener('online', retryNow)
    clearTimeout(flushing)
    clearTimeout(losing)
    clearTimeout(retrying)
    source.close()
    become('connecting')
  }
}
