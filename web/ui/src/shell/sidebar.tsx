import { useTranslation } from 'react-i18next'
import { NavLink } from 'react-router'
import type { Me } from '@/api/types'
import { useCounts } from './counts'
import { areasFor, type Area } from './nav'

const item =
  'group flex items-center gap-3 rounded-md px-3 py-2 text-sm font-medium text-soft transition-colors hover:bg-hover hover:text-ink aria-[current=page]:bg-brand-tint aria-[current=page]:text-brand-ink'

export function Sidebar({ me }: { me: Me }) {
  const { t } = useTranslation()
  return (
    <nav aria-label={t('nav.label')} className="sticky top-14 h-[calc(100dvh-3.5rem)] w-56 shrink-0 border-r border-line bg-surface px-3 py-5 max-md:hidden">
      <NavItems me={me} />
    </nav>
  )
}

export function NavItems({ me, onGo }: { me: Me; onGo?: () => void }) {
  const counts = useCounts(me.can)
  return (
    <ul className="grid gap-1">
      {areasFor(me).map((area) => (
        <li key={area.key}>
          <NavItem area={area} count={counts[area.key]} onGo={onGo} />
        </li>
      ))}
    </ul>
  )
}

function NavItem({ area, count, onGo }: { area: Area; count: string | undefined; onGo: (() => void) | undefined }) {
  const { t } = useTranslation()
  const name = t(`nav.${area.key}`)
  return (
    <NavLink to={area.to} end={area.to === '/'} className={item} onClick={onGo} aria-label={count ? t('nav.count', { name, n: count }) : undefined}>
      <area.icon className="size-[18px]" aria-hidden />
      <span className="flex-1">{name}</span>
      {count && (
        <span className="rounded-full bg-neutral-tint px-2 text-xs leading-5 text-neutral tabular-nums group-aria-[current=page]:bg-brand group-aria-[current=page]:text-on-brand">
          {count}
        </span>
      )}
    </NavLink>
  )
}
