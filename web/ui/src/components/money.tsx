import { useLocale } from '@/format/locale'
import { money } from '@/format/number'

export function Money({ cents, currency }: { cents: number; currency: string }) {
  const locale = useLocale()
  return <span className="tabular-nums">{money(cents, currency, locale)}</span>
}
