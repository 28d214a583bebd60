// Language of the page: the person's choice here, else their profile, else the
// browser. Only the language in use is loaded.
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Catalogue } from './en'

export type Language = 'de' | 'en'

const key = 'dcm.language'
const catalogues: Record<Language, () => Promise<{ default: Catalogue }>> = {
  de: () => import('./de'),
  en: () => import('./en'),
}

export const languageOf = (tag: string | undefined): Language => (tag?.toLowerCase().startsWith('de') ? 'de' : 'en')

// chosenLanguage is the choice made on this device, if any.
export function chosenLanguage(): Language | null {
  const stored = localStorage.getItem(key)
  return stored === 'de' || stored === 'en' ? stored : null
}

async function speak(language: Language) {
  if (!i18next.hasResourceBundle(language, 'translation')) {
    const { default: catalogue } = await catalogues[language]()
    i18next.addResourceBundle(language, 'translation', catalogue)
  }
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}

export async function startI18n() {
  await i18next.use(initReactI18next).init({
    resources: {},
    fallbackLng: false,
    // React escapes what it renders.
    interpolation: { escapeValue: false },
  })
  await speak(chosenLanguage() ?? languageOf(navigator.language))
}

// followProfile takes the profile's language unless one was chosen here.
export async function followProfile(locale: string) {
  const language = chosenLanguage() ?? languageOf(locale)
  if (language !== i18next.language) await speak(language)
}

export async function chooseLanguage(language: Language | null, profile: string) {
  if (language) localStorage.setItem(key, language)
  else localStorage.removeItem(key)
  await speak(language ?? languageOf(profile))
}
