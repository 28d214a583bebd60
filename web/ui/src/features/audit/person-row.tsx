import { Eraser, UserRoundX } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Person } from '@/api/types'
import { Time } from '@/components/time'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { ExportPerson } from '@/modules/export-person'
import { Avatar, nameOf } from '@/modules/person'
import { roleName } from '@/modules/role'

interface Props {
  person: Person
  may: boolean // whether the viewer may erase and export
  own: boolean // whether it is the viewer
  onErase: () => void
}

export function PersonRow({ person, may, own, onErase }: Props) {
  const { t } = useTranslation()
  const erased = person.state === 'erased'
  const name = nameOf(person, t)
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-3 px-5 py-4">
      <Avatar name={person.name} className="max-sm:hidden" />
      <div className="min-w-56 flex-1">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="font-semibold">{name}</span>
          {own && <Badge>{t('people.you')}</Badge>}
          {erased && (
            <Badge>
              <UserRoundX aria-hidden />
              {t('people.erased')}
            </Badge>
          )}
        </p>
        <p className="mt-0.5 text-[13px] wrap-anywhere text-soft">
          {erased && person.erased_at ? (
            <>
              {t('people.since')} <Time at={person.erased_at} /> · <span className="font-mono text-xs">{person.id}</span>
            </>
          ) : (
            [person.email, ...person.roles.map((role) => roleName(role, t))].filter(Boolean).join(' · ')
          )}
        </p>
      </div>
      {may && (
        <div className="flex flex-wrap gap-2">
          <ExportPerson id={person.id} name={name} />
          {!erased && !own && (
            <Button variant="refuse" size="sm" aria-label={t('people.eraseOne', { name })} onClick={onErase}>
              <Eraser aria-hidden />
              {t('people.erase')}
            </Button>
          )}
        </div>
      )}
    </li>
  )
}
