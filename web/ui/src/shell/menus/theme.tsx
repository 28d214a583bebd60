import { Monitor, Moon, Sun } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Menu, MenuChoice, MenuContent, MenuGroup, MenuTrigger } from '@/components/ui/menu'
import { chooseTheme, useTheme } from '@/theme'
import type { LoadedMenu } from '../header-menu'

const themes = [
  ['system', Monitor, 'settings.themeSystem'],
  ['light', Sun, 'settings.themeLight'],
  ['dark', Moon, 'settings.themeDark'],
] as const

export default function ThemeMenu({ trigger }: LoadedMenu) {
  const { t } = useTranslation()
  return (
    <Menu defaultOpen>
      <MenuTrigger asChild>{trigger}</MenuTrigger>
      <MenuContent>
        <MenuGroup value={useTheme()} onValueChange={(value) => chooseTheme(value === 'light' || value === 'dark' ? value : 'system')}>
          {themes.map(([key, Icon, name]) => (
            <MenuChoice key={key} value={key}>
              <Icon aria-hidden />
              {t(name)}
            </MenuChoice>
          ))}
        </MenuGroup>
      </MenuContent>
    </Menu>
  )
}
