import { useTranslation } from 'react-i18next'

// Two languages, and the way their countries write numbers and dates.
export type Locale = 'de-DE' | 'en-GB'

export const localeOf = (language: string): Locale => (language.startsWith('de') ? 'de-DE' : 'en-GB')

export function useLocale(): Locale {
  const { i18n } = useTranslation()
  return localeOf(i18n.language)
}
