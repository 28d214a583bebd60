import { LogOut, Settings } from 'lucide-react'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Me } from '@/api/types'
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from '@/components/ui/menu'
import type { LoadedMenu } from '../header-menu'

// Signing out is a form: the answer leads to the issuer, which ends its session
// too.
export default function PersonMenu({ trigger, me }: LoadedMenu & { me: Me }) {
  const { t } = useTranslation()
  const form = useRef<HTMLFormElement>(null)
  return (
    <>
      <form ref={form} method="post" action="/auth/logout" />
      <Menu defaultOpen>
        <MenuTrigger asChild>{trigger}</MenuTrigger>
        <MenuContent className="w-64">
          <div className="px-2.5 pt-1.5 pb-2">
            <p className="truncate font-semibold">{me.name}</p>
            <p className="truncate text-[13px] text-soft">{me.email}</p>
          </div>
          <MenuSeparator />
          <MenuItem asChild>
            <Link to="/settings">
              <Settings aria-hidden />
              {t('nav.settings')}
            </Link>
          </MenuItem>
          <MenuItem onSelect={() => form.current?.requestSubmit()}>
            <LogOut aria-hidden />
            {t('action.signOut')}
          </MenuItem>
        </MenuContent>
      </Menu>
    </>
  )
}
