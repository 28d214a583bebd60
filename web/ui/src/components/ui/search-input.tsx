import { Search } from 'lucide-react'
import { useEffect, useState } from 'react'
import { cn } from '../cn'
import { Input } from './input'

interface Props {
  label: string
  id?: string // when a label elsewhere names it
  value: string
  onChange: (value: string) => void
  className?: string
}

const pause = 250 // ms without typing before the search is asked for

export function SearchInput({ label, id, value, onChange, className }: Props) {
  const [text, setText] = useState(value)
  const [known, setKnown] = useState(value)
  // Cleared or changed from outside: follow.
  if (value !== known) {
    setKnown(value)
    setText(value)
  }
  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => onChange(text), pause)
    return () => clearTimeout(timer)
  }, [text, value, onChange])
  return (
    <span className={cn('relative block', className)}>
      <Search className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-soft" aria-hidden />
      <Input type="search" id={id} aria-label={id ? undefined : label} placeholder={id ? undefined : label} value={text} onChange={(e) => setText(e.target.value)} className="pl-9" />
    </span>
  )
}
