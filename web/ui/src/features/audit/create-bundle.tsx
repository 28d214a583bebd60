import { useMutation, useQueryClient } from '@tanstack/react-query'
import { FileLock2 } from 'lucide-react'
import { useState, type SyntheticEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { auditKeys, createBundle } from '@/api/audit'
import { fieldErrors } from '@/api/problem'
import { toast } from '@/components/toast'
import { Button } from '@/components/ui/button'
import { Card, CardHeader } from '@/components/ui/card'
import { Field, FieldError } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Segment, Segments } from '@/components/ui/radio-card'
import { daysOf, periodOf, presets, type Days, type PeriodFault, type Preset } from './period'

const words = { missing: 'invalid.required', order: 'bundles.order', future: 'bundles.future' } as const satisfies Record<PeriodFault, string>

export function CreateBundle() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [preset, setPreset] = useState<Preset>('thisMonth')
  const [days, setDays] = useState<Days>(() => daysOf('thisMonth', new Date()))
  const [error, setError] = useState<string>()

  const create = useMutation({
    mutationFn: createBundle,
    onSuccess: () => {
      toast(t('bundles.created'))
      void client.invalidateQueries({ queryKey: auditKeys.bundles })
    },
    onError: (cause) => setError(fieldErrors(cause, []).rest.join(' ') || t('failure.action', { detail: cause.message })),
  })
  const pick = (value: string) => {
    const next = presets.find((p) => p === value) ?? 'custom'
    setPreset(next)
    setError(undefined)
    if (next !== 'custom') setDays(daysOf(next, new Date()))
  }
  const change = (next: Partial<Days>) => {
    setPreset('custom')
    setError(undefined)
    setDays({ ...days, ...next })
  }
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    const period = periodOf(days, new Date())
    if (typeof period === 'string') setError(t(words[period]))
    else create.mutate(period)
  }
  return (
    <Card aria-labelledby="create">
      <CardHeader id="create" title={t('bundles.title')} hint={t('bundles.lead')} />
      <form onSubmit={submit} className="grid gap-4 px-5 pb-5">
        <Segments aria-label={t('bundles.preset')} value={preset} onValueChange={pick} className="justify-self-start">
          {presets.map((p) => (
            <Segment key={p} value={p}>
              {t(`bundles.${p}`)}
            </Segment>
          ))}
        </Segments>
        <div className="flex flex-wrap items-end gap-3">
          <Field label={t('bundles.from')} className="w-44 max-sm:flex-1">
            {(slots) => <Input {...slots} type="date" value={days.from} onChange={(e) => change({ from: e.target.value })} />}
          </Field>
          <Field label={t('bundles.to')} className="w-44 max-sm:flex-1">
            {(slots) => <Input {...slots} type="date" value={days.to} onChange={(e) => change({ to: e.target.value })} />}
          </Field>
          <Button type="submit" busy={create.isPending} className="max-sm:w-full">
            {!create.isPending && <FileLock2 aria-hidden />}
            {t('bundles.create')}
          </Button>
        </div>
        <FieldError error={error} className="mt-0" />
      </form>
    </Card>
  )
}
