import { useCallback } from 'react'
import { useSearchParams } from 'react-router'

// useQueryParams is the address's query, and how to change some of it: an empty text
// takes a parameter out. replace keeps the change out of the history.
export function useQueryParams({ replace = false } = {}) {
  const [params, setParams] = useSearchParams()
  const change = useCallback(
    (next: Partial<Record<string, string>>) =>
      setParams(
        (now) => {
          const made = new URLSearchParams(now)
          for (const [name, value] of Object.entries(next)) {
            if (value) made.set(name, value)
            else made.delete(name)
          }
          return made
        },
        { replace },
      ),
    [setParams, replace],
  )
  return [params, change] as const
}
