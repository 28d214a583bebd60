import { useLocale } from '@/format/locale'
import { useNow } from '@/format/now'
import { absolute, calendar, relative } from '@/format/time'

// Time shows a moment relative to now, and exactly on hover.
export function Time({ at, as = 'relative', className }: { at: string; as?: 'relative' | 'calendar'; className?: string }) {
  const locale = useLocale()
  const now = useNow()
  const when = new Date(at)
  return (
    <time dateTime={at} title={absolute(when, locale)} className={className}>
      {as === 'relative' ? relative(when, now, locale) : calendar(when, now, locale)}
    </time>
  )
}
