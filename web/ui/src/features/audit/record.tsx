import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { AuditFact } from '@/api/types'
import { CopyButton } from '@/components/copy-button'
import { Button } from '@/components/ui/button'
import { Drawer } from '@/components/ui/dialog'
import { useLocale } from '@/format/locale'
import { absolute } from '@/format/time'
import { aboutRequest, factName } from '@/modules/fact'
import { actorName } from '@/modules/role'
import type { View } from './filter'
import { Proof } from './proof'

interface Props {
  fact: AuditFact | undefined
  onClose: () => void
  onNarrow: (view: Partial<View>) => void
}

// RecordDrawer shows one fact in full, as the log keeps it.
export function RecordDrawer({ fact, onClose, onNarrow }: Props) {
  const { t } = useTranslation()
  return (
    <Drawer open={fact !== undefined} onClose={onClose} heading={fact ? factName(fact.type, t) : t('audit.record')}>
      {fact && <RecordView fact={fact} onNarrow={onNarrow} />}
    </Drawer>
  )
}

function RecordView({ fact, onNarrow }: { fact: AuditFact; onNarrow: Props['onNarrow'] }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const person = fact.actor.kind === 'person'
  return (
    <div className="grid grid-cols-1 gap-5">
      <dl className="grid grid-cols-1 gap-3">
        <Line name={t('audit.what')}>
          <span className="font-mono text-[13px]">{fact.type}</span>
        </Line>
        <Line name={t('audit.who')}>
          {actorName(fact.actor, t)}
          {person && <Id text={fact.actor.id} name={t('audit.person')} />}
        </Line>
        <Line name={t('audit.occurred')}>{absolute(new Date(fact.occurred_at), locale)}</Line>
        <Line name={t('audit.recorded')}>{absolute(new Date(fact.recorded_at), locale)}</Line>
        <Line name={t('audit.source')}>
          <span className="font-mono text-[13px]">{fact.source}</span>
        </Line>
        <Line name={t('audit.id')}>
          <Id text={fact.id} name={t('audit.id')} />
        </Line>
        <Line name={t('audit.stream')}>
          <Id text={fact.stream_id} name={t('audit.stream')} />
        </Line>
        <Line name={t('audit.version')}>{fact.version}</Line>
        <Line name={t('audit.cause')}>
          <Id text={fact.cause_id} name={t('audit.cause')} />
        </Line>
        <Line name={t('audit.hash')}>
          <Id text={fact.hash} name={t('audit.hash')} />
        </Line>
      </dl>
      <section aria-labelledby="content">
        <h3 id="content" className="mb-1.5 text-[13px] font-medium text-soft">
          {t('audit.data')}
        </h3>
        {/* Focusable, so that it can be scrolled by keyboard. */}
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
        <pre tabIndex={0} className="max-h-96 overflow-auto rounded-md bg-sunken p-4 font-mono text-xs leading-relaxed">
          {JSON.stringify(fact.data, null, 2)}
        </pre>
      </section>
      <Proof key={fact.id} fact={fact.id} />
      <div className="flex flex-wrap gap-2">
        <Button variant="secondary" size="sm" onClick={() => onNarrow({ object: fact.stream_id })}>
          {t('audit.onlyObject')}
        </Button>
        {person && (
          <Button variant="secondary" size="sm" onClick={() => onNarrow({ person: fact.actor.id })}>
            {t('audit.onlyPerson')}
          </Button>
        )}
        {aboutRequest(fact.type) && (
          <Button asChild variant="secondary" size="sm">
            <Link to={`/requests/${fact.stream_id}`}>{t('audit.toRequest')}</Link>
          </Button>
        )}
      </div>
    </div>
  )
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-[13px] text-soft">{name}</dt>
      <dd className="mt-0.5">{children}</dd>
    </div>
  )
}

function Id({ text, name }: { text: string; name: string }) {
  const { t } = useTranslation()
  if (!text) return <span className="text-soft">–</span>
  return (
    <span className="flex items-center gap-1">
      <span className="min-w-0 font-mono text-xs break-all">{text}</span>
      <CopyButton text={text} label={t('action.copy', { what: name })} />
    </span>
  )
}
