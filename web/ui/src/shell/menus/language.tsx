import { useTranslation } from 'react-i18next'
import { Menu, MenuChoice, MenuContent, MenuGroup, MenuTrigger } from '@/components/ui/menu'
import { chooseLanguage } from '@/i18n'
import type { LoadedMenu } from '../header-menu'

export default function LanguageMenu({ trigger, profile }: LoadedMenu & { profile: string }) {
  const { t, i18n } = useTranslation()
  return (
    <Menu defaultOpen>
      <MenuTrigger asChild>{trigger}</MenuTrigger>
      <MenuContent>
        <MenuGroup value={i18n.language} onValueChange={(value) => void chooseLanguage(value === 'de' ? 'de' : 'en', profile)}>
          <MenuChoice value="de" lang="de">
            {t('settings.german')}
          </MenuChoice>
          <MenuChoice value="en" lang="en">
            {t('settings.english')}
          </MenuChoice>
        </MenuGroup>
      </MenuContent>
    </Menu>
  )
}
