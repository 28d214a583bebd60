import { useQuery } from '@tanstack/react-query'
import { Languages, Moon, Plus, Search, Sun, type LucideIcon } from 'lucide-react'
import { useDeferredValue, useId, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { findRequestsQuery } from '@/api/requests'
import { findVMsQuery } from '@/api/vms'
import type { Me } from '@/api/types'
import { cn } from '@/components/cn'
import { Modal } from '@/components/ui/dialog'
import { chooseLanguage } from '@/i18n'
import { OSIcon } from '@/modules/os-icon'
import { looks } from '@/modules/request/state'
import { chooseTheme } from '@/theme'
import { areasFor } from './nav'

interface Command {
  id: string
  group: 'pages' | 'actions' | 'requests' | 'vms'
  name: string
  hint?: string
  icon: LucideIcon | (() => ReactNode)
  run: () => void
}

const groups = ['actions', 'pages', 'requests', 'vms'] as const

// Palette finds what is typed: screens, actions, and the person's own requests
// and machines.
export default function Palette({ me, onClose }: { me: Me; onClose: () => void }) {
  const { t, i18n } = useTranslation()
  const list = useId()
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const [active, setActive] = useState(0)
  const q = useDeferredValue(text.trim())
  const requests = useQuery(findRequestsQuery(q)).data?.items ?? []
  const vms = useQuery(findVMsQuery(q)).data?.items ?? []

  const go = (to: string) => () => void navigate(to)
  const german = i18n.language === 'de'
  const dark = document.documentElement.dataset['theme'] === 'dark'
  const all: Command[] = [
    { id: 'new', group: 'actions', name: t('action.request'), icon: Plus, run: go('/requests/new') },
    { id: 'theme', group: 'actions', name: t(dark ? 'palette.light' : 'palette.dark'), icon: dark ? Sun : Moon, run: () => chooseTheme(dark ? 'light' : 'dark') },
    { id: 'language', group: 'actions', name: t(german ? 'palette.english' : 'palette.german'), icon: Languages, run: () => void chooseLanguage(german ? 'en' : 'de', me.locale) },
    ...areasFor(me).map(({ to, key, icon }): Command => ({ id: key, group: 'pages', name: t(`nav.${key}`), icon, run: go(to) })),
  ]
  const words = q.toLowerCase()
  const found: Command[] = [
    ...all.filter(({ name }) => name.toLowerCase().includes(words)),
    ...requests.map((r): Command => ({ id: r.id, group: 'requests', name: r.name, hint: r.project, icon: looks[r.state].icon, run: go(`/requests/${r.id}`) })),
    ...vms.slice(0, 5).map((vm): Command => ({ id: vm.id, group: 'vms', name: vm.name, hint: vm.address, icon: () => <OSIcon os={vm.os} />, run: go(`/vms/${vm.id}`) })),
  ]
  const at = Math.min(active, found.length - 1)
  const run = (command: Command | undefined) => {
    if (!command) return
    onClose()
    command.run()
  }
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (event.key === 'Enter') run(found[at])
    else if (step && found.length > 0) setActive((at + step + found.length) % found.length)
    else return
    event.preventDefault()
  }

  return (
    <Modal open onClose={onClose} aria-label={t('palette.title')} className="mt-[12vh] w-[min(36rem,calc(100vw-2rem))] overflow-hidden rounded-xl border border-line">
      <div className="flex items-center gap-3 border-b border-line px-4">
        <Search className="size-4 shrink-0 text-soft" aria-hidden />
        <input
          // The dialog opens to be typed into.
          // eslint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          role="combobox"
          aria-label={t('palette.placeholder')}
          aria-expanded={found.length > 0}
          aria-controls={list}
          aria-activedescendant={found[at] ? `${list}-${found[at].id}` : undefined}
          placeholder={t('palette.placeholder')}
          value={text}
          onChange={(e) => {
            setText(e.target.value)
            setActive(0)
          }}
          onKeyDown={onKey}
          className="h-13 w-full bg-transparent text-[15px] outline-none"
        />
      </div>
      <div id={list} role="listbox" aria-label={t('palette.title')} className="max-h-[50vh] overflow-y-auto p-2">
        {groups.map((group) => {
          const members = found.filter((command) => command.group === group)
          if (members.length === 0) return null
          return (
            <div key={group} role="group" aria-label={t(`palette.${group}`)}>
              <p aria-hidden className="px-3 pt-2 pb-1 text-xs font-medium text-soft">
                {t(`palette.${group}`)}
              </p>
              {members.map((command) => (
                <Option key={command.id} id={`${list}-${command.id}`} command={command} active={found[at] === command} onRun={() => run(command)} onPoint={() => setActive(found.indexOf(command))} />
              ))}
            </div>
          )
        })}
      </div>
      {found.length === 0 && (
        <p role="status" className="px-5 pb-8 text-center text-soft">
          {t('palette.nothing', { q })}
        </p>
      )}
    </Modal>
  )
}

interface OptionProps {
  id: string
  command: Command
  active: boolean
  onRun: () => void
  onPoint: () => void
}

function Option({ id, command, active, onRun, onPoint }: OptionProps) {
  const { name, hint, icon: Icon } = command
  return (
    // The keyboard is handled by the input, which keeps the focus.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={active}
      onClick={onRun}
      onPointerMove={onPoint}
      className={cn('flex cursor-pointer items-center gap-3 rounded-md px-3 py-2.5 [&_svg]:size-4 [&_svg]:text-soft', active && 'bg-brand-wash [&_svg]:text-brand-ink')}
    >
      <Icon />
      <span className="flex-1 truncate">{name}</span>
      {hint && <span className="font-mono text-xs text-soft">{hint}</span>}
    </div>
  )
}
