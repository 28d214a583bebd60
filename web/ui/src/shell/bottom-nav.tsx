import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { NavLink } from 'react-router'
import type { Me } from '@/api/types'
import { Drawer } from '@/components/ui/dialog'
import { useCounts } from './counts'
import { areasFor } from './nav'
import { NavItems } from './sidebar'

const item = 'relative flex flex-1 flex-col items-center gap-0.5 py-2 text-[11px] font-medium text-soft -outline-offset-2 aria-[current=page]:text-brand-ink'
const first = 4

// BottomNav is the sidebar on a phone: the first areas under the thumb, the rest
// in a drawer.
export function BottomNav({ me }: { me: Me }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const counts = useCounts(me.can)
  return (
    <nav aria-label={t('nav.label')} className="fixed inset-x-0 bottom-0 z-30 flex border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden">
      {areasFor(me)
        .slice(0, first)
        .map(({ to, key, icon: Icon }) => (
          <NavLink key={key} to={to} end={to === '/'} className={item} aria-label={counts[key] ? t('nav.count', { name: t(`nav.short.${key}`), n: counts[key] }) : undefined}>
            <span className="relative">
              <Icon className="size-5" aria-hidden />
              {counts[key] && key === 'approvals' && (
                <span className="absolute -top-1 left-3 grid h-4 min-w-4 place-items-center rounded-full bg-danger px-1 text-[10px] font-semibold text-on-danger">{counts[key]}</span>
              )}
            </span>
            <span>{t(`nav.short.${key}`)}</span>
          </NavLink>
        ))}
      <button type="button" className={item} aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(true)}>
        <Ellipsis className="size-5" aria-hidden />
        {t('nav.more')}
      </button>
      <Drawer open={open} onClose={() => setOpen(false)} heading={t('nav.menu')} className="w-72">
        <NavItems me={me} onGo={() => setOpen(false)} />
      </Drawer>
    </nav>
  )
}
