import { useQuery } from '@tanstack/react-query'
import { Monitor, Moon, Sun } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { meQuery } from '@/api/session'
import { FactRow, Facts } from '@/components/facts'
import { Page } from '@/components/page'
import { Card, CardHeader } from '@/components/ui/card'
import { Kbd } from '@/components/ui/kbd'
import { Segment, Segments } from '@/components/ui/radio-card'
import { chooseLanguage, chosenLanguage, type Language } from '@/i18n'
import { ExportPerson } from '@/modules/export-person'
import { roleName } from '@/modules/role'
import { chooseTheme, useTheme } from '@/theme'

export function Settings() {
  const { t } = useTranslation()
  return (
    <Page title={t('settings.title')} lead={t('settings.lead')}>
      <div className="grid max-w-2xl gap-6">
        <LanguageCard />
        <ThemeCard />
        <You />
        <YourData />
        <Keyboard />
      </div>
    </Page>
  )
}

function LanguageCard() {
  const { t } = useTranslation()
  const me = useQuery(meQuery()).data
  const [choice, setChoice] = useState<Language | null>(chosenLanguage)
  const choose = (value: string) => {
    const language = value === 'de' || value === 'en' ? value : null
    setChoice(language)
    void chooseLanguage(language, me?.locale ?? navigator.language)
  }
  return (
    <Card aria-labelledby="language">
      <CardHeader id="language" title={t('settings.language')} hint={t('settings.languageHint')} />
      <div className="px-5 pb-5">
        <Segments aria-labelledby="language" value={choice ?? 'profile'} onValueChange={choose}>
          <Segment value="profile">{t('settings.languageSystem')}</Segment>
          <Segment value="de" lang="de">
            {t('settings.german')}
          </Segment>
          <Segment value="en" lang="en">
            {t('settings.english')}
          </Segment>
        </Segments>
      </div>
    </Card>
  )
}

function ThemeCard() {
  const { t } = useTranslation()
  const theme = useTheme()
  return (
    <Card aria-labelledby="theme">
      <CardHeader id="theme" title={t('settings.theme')} hint={t('settings.themeHint')} />
      <div className="px-5 pb-5">
        <Segments
          aria-labelledby="theme"
          value={theme}
          onValueChange={(value) => chooseTheme(value === 'light' || value === 'dark' ? value : 'system')}
        >
          <Segment value="system">
            <Monitor aria-hidden />
            {t('settings.themeSystem')}
          </Segment>
          <Segment value="light">
            <Sun aria-hidden />
            {t('settings.themeLight')}
          </Segment>
          <Segment value="dark">
            <Moon aria-hidden />
            {t('settings.themeDark')}
          </Segment>
        </Segments>
      </div>
    </Card>
  )
}

function You() {
  const { t } = useTranslation()
  const me = useQuery(meQuery()).data
  if (!me) return null
  return (
    <Card aria-labelledby="you">
      <CardHeader id="you" title={t('settings.you')} hint={t('settings.youHint')} />
      <Facts className="px-5 pb-3">
        <FactRow name={t('settings.name')}>{me.name}</FactRow>
        <FactRow name={t('settings.email')}>{me.email}</FactRow>
        <FactRow name={t('settings.tenant')}>{me.tenant.name}</FactRow>
        <FactRow name={t('settings.roles')}>{me.roles.map((role) => roleName(role, t)).join(', ') || t('settings.rolesNone')}</FactRow>
      </Facts>
    </Card>
  )
}

function YourData() {
  const { t } = useTranslation()
  const me = useQuery(meQuery()).data
  if (!me) return null
  return (
    <Card aria-labelledby="data">
      <CardHeader id="data" title={t('settings.data')} hint={t('settings.dataHint')} />
      <div className="px-5 pb-5">
        <ExportPerson id={me.person_id} />
      </div>
    </Card>
  )
}

const keys = [
  ['settings.keyPalette', ['Ctrl', 'K']],
  ['settings.keyNext', ['J']],
  ['settings.keyPrevious', ['K']],
  ['settings.keyApprove', ['A']],
  ['settings.keyReject', ['R']],
] as const

function Keyboard() {
  const { t } = useTranslation()
  return (
    <Card aria-labelledby="keys" className="max-md:hidden">
      <CardHeader id="keys" title={t('settings.keys')} hint={t('settings.keysHint')} />
      <Facts className="px-5 pb-3">
        {keys.map(([name, combination]) => (
          <FactRow key={name} name={t(name)}>
            <span className="inline-flex gap-1">
              {combination.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </span>
          </FactRow>
        ))}
      </Facts>
    </Card>
  )
}
