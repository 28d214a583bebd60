import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { useFormContext, useWatch } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { finishedRequestsQuery, openRequestsQuery } from '@/api/requests'
import type { Offering } from '@/api/types'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input, Textarea } from '@/components/ui/input'
import { LeaseField } from './lease-field'
import { Step } from './step'
import { suggestName } from './suggest'
import type { Wish } from './wish'

export interface StepProps {
  offering: Offering
  say: (field: keyof Wish) => string | undefined
}

export function StepWhat({ offering, say }: StepProps) {
  const { t } = useTranslation()
  const list = useId()
  const { register, setValue } = useFormContext<Wish>()
  const [project, name, template] = useWatch<Wish, ['project', 'name', 'template']>({ name: ['project', 'name', 'template'] })
  const open = useQuery(openRequestsQuery()).data?.items ?? []
  const finished = useQuery(finishedRequestsQuery()).data?.items ?? []
  const suggestion = suggestName(
    project,
    offering.templates.find((o) => o.key === template),
    [...open, ...finished].map((request) => request.name),
  )
  return (
    <Step n={1} title={t('form.what')}>
      <div className="grid gap-6 sm:grid-cols-2">
        <Field label={t('form.project')} error={say('project')}>
          {(slots) => (
            <>
              <Input {...slots} {...register('project')} list={list} autoComplete="off" placeholder={t('form.projectPick')} />
              <datalist id={list}>
                {offering.projects.map((p) => (
                  <option key={p} value={p} />
                ))}
              </datalist>
            </>
          )}
        </Field>
        <Field
          label={t('form.name')}
          error={say('name')}
          hint={
            suggestion && suggestion !== name ? (
              <Button variant="link" size="bare" className="text-[13px]" onClick={() => setValue('name', suggestion, { shouldValidate: true, shouldDirty: true })}>
                {t('form.nameSuggest', { name: suggestion })}
              </Button>
            ) : (
              t('form.nameHint')
            )
          }
        >
          {(slots) => <Input {...slots} {...register('name')} autoComplete="off" autoCapitalize="none" spellCheck={false} className="font-mono" />}
        </Field>
      </div>
      <Field label={t('form.justification')} hint={t('form.justificationHint')} error={say('justification')}>
        {(slots) => <Textarea {...slots} {...register('justification')} rows={3} placeholder={t('form.justificationPlaceholder')} />}
      </Field>
      <LeaseField offering={offering} error={say('lease_days')} />
    </Step>
  )
}
