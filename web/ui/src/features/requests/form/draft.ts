// A draft survives a reload: it is kept on this device, per person, until it is
// sent or thrown away.
import type { Wish } from './wish'

const keyOf = (person: string) => `dcm.draft.${person}`

export function saveDraft(person: string, wish: Wish) {
  localStorage.setItem(keyOf(person), JSON.stringify(wish))
}

export function dropDraft(person: string) {
  localStorage.removeItem(keyOf(person))
}

// loadDraft returns the draft on top of an empty form, or null if there is none.
// What an older release kept and this one does not know is left out.
export function loadDraft(person: string, empty: Wish): Wish | null {
  const kept = parse(localStorage.getItem(keyOf(person)))
  if (!kept) return null
  const wish: Wish = { ...empty }
  for (const field of ['project', 'name', 'justification', 'template', 'size', 'network'] as const) {
    const value = kept[field]
    if (typeof value === 'string') wish[field] = value
  }
  const days = kept['lease_days']
  if (typeof days === 'number' && Number.isFinite(days)) wish.lease_days = days
  return same(wish, empty) ? null : wish
}

function parse(text: string | null): Record<string, unknown> | null {
  if (!text) return null
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : null
  } catch {
    return null
  }
}

export const same = (a: Wish, b: Wish): boolean => (Object.keys(a) as (keyof Wish)[]).every((field) => a[field] === b[field])
