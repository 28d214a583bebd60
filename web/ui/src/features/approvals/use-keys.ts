import { useEffect, useRef } from 'react'

const typing = 'input, textarea, select, [contenteditable], dialog, [role="menu"], [role="dialog"]'

// useKeys runs an action for a single key, unless somebody is typing or a dialog
// is open.
export function useKeys(enabled: boolean, actions: Record<string, () => void>) {
  const latest = useRef(actions)
  useEffect(() => {
    latest.current = actions
  })
  useEffect(() => {
    if (!enabled) return
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return
      if (event.target instanceof Element && event.target.closest(typing)) return
      const action = latest.current[event.key]
      if (!action) return
      event.preventDefault()
      action()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [enabled])
}
