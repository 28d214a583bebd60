import { Languages, Monitor, Moon, Search, Sun } from 'lucide-react'
import { lazy } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Me } from '@/api/types'
import { Logo } from '@/components/logo'
import { Kbd } from '@/components/ui/kbd'
import { InboxBell } from '@/features/inbox/bell'
import { Avatar } from '@/modules/person'
import { useTheme } from '@/theme'
import { HeaderMenu } from './header-menu'

const LanguageMenu = lazy(() => import('./menus/language'))
const ThemeMenu = lazy(() => import('./menus/theme'))
const PersonMenu = lazy(() => import('./menus/person'))

const themeIcons = { system: Monitor, light: Sun, dark: Moon }
const icon = 'size-[18px]!'

export function Header({ me, onSearch }: { me: Me; onSearch: () => void }) {
  const { t } = useTranslation()
  const ThemeIcon = themeIcons[useTheme()]
  return (
    <header className="sticky top-0 z-30 flex h-14 items-center gap-2 border-b border-line bg-surface px-4 sm:gap-3 sm:px-5">
      <Link to="/" className="flex min-w-0 items-center gap-2.5 rounded-md" aria-label={`DCM, ${me.tenant.name}`}>
        <Logo className="size-8 shrink-0" />
        <span className="truncate font-semibold">{me.tenant.name}</span>
      </Link>
      <div className="flex flex-1 justify-end md:justify-center">
        <SearchButton onClick={onSearch} />
      </div>
      <div className="flex items-center gap-0.5">
        <InboxBell />
        <span className="flex max-sm:hidden">
          <HeaderMenu label={t('header.language')} icon={<Languages className={icon} aria-hidden />}>
            {(trigger) => <LanguageMenu trigger={trigger} profile={me.locale} />}
          </HeaderMenu>
          <HeaderMenu label={t('header.theme')} icon={<ThemeIcon className={icon} aria-hidden />}>
            {(trigger) => <ThemeMenu trigger={trigger} />}
          </HeaderMenu>
        </span>
        <HeaderMenu label={t('header.account')} title={me.name} className="ml-1 rounded-full" icon={<Avatar name={me.name} />}>
          {(trigger) => <PersonMenu trigger={trigger} me={me} />}
        </HeaderMenu>
      </div>
    </header>
  )
}

// A field on a desk, an icon on a phone.
function SearchButton({ onClick }: { onClick: () => void }) {
  const { t } = useTranslation()
  return (
    <button
      type="button"
      onClick={onClick}
      aria-label={t('palette.title')}
      aria-keyshortcuts="Control+K"
      className="flex h-9 items-center gap-2 rounded-md text-sm text-soft transition-colors hover:text-ink max-md:size-9 max-md:justify-center max-md:hover:bg-hover md:w-full md:max-w-sm md:border md:border-line md:bg-page md:px-3 md:hover:border-field"
    >
      <Search className="size-4 max-md:size-[18px]" aria-hidden />
      <span className="flex-1 text-left max-md:hidden">{t('header.search')}</span>
      <span className="flex gap-1 max-md:hidden" aria-hidden>
        <Kbd>Ctrl</Kbd>
        <Kbd>K</Kbd>
      </span>
    </button>
  )
}
