import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { factTypes } from '@/api/events.gen'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { SearchInput } from '@/components/ui/search-input'
import { factName } from '@/modules/fact'
import type { View } from './filter'

interface Props {
  view: View
  onChange: (next: Partial<View>) => void
  onClear: (() => void) | undefined
}

export function Filters({ view, onChange, onClear }: Props) {
  const { t } = useTranslation()
  const person = useCallback((text: string) => onChange({ person: text.trim() }), [onChange])
  const object = useCallback((text: string) => onChange({ object: text.trim() }), [onChange])
  return (
    <div role="search" aria-label={t('audit.filters')} className="mb-4 grid grid-cols-2 items-end gap-3 lg:grid-cols-[1.3fr_1fr_1fr_9.5rem_9.5rem_auto]">
      <Field label={t('audit.type')} className="max-lg:col-span-2">
        {(slots) => (
          <Select {...slots} value={view.type} onChange={(e) => onChange({ type: e.target.value })}>
            <option value="">{t('audit.typeAll')}</option>
            {factTypes.map((type) => (
              <option key={type} value={type}>
                {factName(type, t)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t('audit.person')}>{({ id }) => <SearchInput id={id} label={t('audit.person')} value={view.person} onChange={person} />}</Field>
      <Field label={t('audit.object')}>{({ id }) => <SearchInput id={id} label={t('audit.object')} value={view.object} onChange={object} />}</Field>
      <Field label={t('audit.from')}>
        {(slots) => <Input {...slots} type="date" value={view.from} max={view.to || undefined} onChange={(e) => onChange({ from: e.target.value })} />}
      </Field>
      <Field label={t('audit.to')}>
        {(slots) => <Input {...slots} type="date" value={view.to} min={view.from || undefined} onChange={(e) => onChange({ to: e.target.value })} />}
      </Field>
      {onClear && (
        <Button variant="quiet" onClick={onClear} className="max-lg:col-span-2">
          {t('action.clear')}
        </Button>
      )}
    </div>
  )
}
