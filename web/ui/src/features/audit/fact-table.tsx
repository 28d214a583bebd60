import { useTranslation } from 'react-i18next'
import type { AuditFact } from '@/api/types'
import { Time } from '@/components/time'
import { factName, kindOf } from '@/modules/fact'
import { Avatar } from '@/modules/person'
import { actorName } from '@/modules/role'

const head = 'px-4 py-2.5 text-left text-xs font-medium text-soft'

export function FactTable({ items, onOpen }: { items: AuditFact[]; onOpen: (id: string) => void }) {
  const { t } = useTranslation()
  return (
    <table className="w-full text-sm">
      <thead className="border-b border-line bg-sunken max-sm:sr-only">
        <tr>
          <th className={head}>{t('audit.what')}</th>
          <th className={head}>{t('audit.who')}</th>
          <th className={`${head} max-lg:hidden`}>{t('audit.objectColumn')}</th>
          <th className={`${head} text-right`}>{t('audit.when')}</th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {items.map((fact) => (
          <tr key={fact.id} className="relative transition-colors hover:bg-hover max-sm:grid max-sm:grid-cols-[1fr_auto] max-sm:py-2">
            <td className="px-4 py-2.5 max-sm:py-1">
              <button
                type="button"
                onClick={() => onOpen(fact.id)}
                aria-label={t('audit.recordOpen', { type: factName(fact.type, t) })}
                className="rounded text-left font-medium after:absolute after:inset-0 after:content-['']"
              >
                {factName(fact.type, t)}
                <span className="block font-mono text-xs font-normal text-soft">{kindOf(fact.type)}</span>
              </button>
            </td>
            <td className="px-4 py-2.5 max-sm:col-start-1 max-sm:py-1">
              <span className="flex items-center gap-2">
                <Avatar name={fact.actor.name} machine={fact.actor.kind === 'function'} className="size-6 text-[10px]" />
                {actorName(fact.actor, t)}
              </span>
            </td>
            <td className="px-4 py-2.5 font-mono text-xs text-soft max-lg:hidden">
              {fact.stream_id.slice(0, 8)}… · {fact.version}
            </td>
            <td className="px-4 py-2.5 text-right whitespace-nowrap text-soft max-sm:col-start-2 max-sm:row-start-1 max-sm:py-1 max-sm:text-xs">
              <Time at={fact.occurred_at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
