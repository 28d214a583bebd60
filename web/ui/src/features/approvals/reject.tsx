import { useState, type SyntheticEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Request } from '@/api/types'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Textarea } from '@/components/ui/input'
import { nameOf } from '@/modules/person'

const common = [
  ['approvals.chipTooLarge', 'approvals.reasonTooLarge'],
  ['approvals.chipUnclear', 'approvals.reasonUnclear'],
  ['approvals.chipBudget', 'approvals.reasonBudget'],
  ['approvals.chipExisting', 'approvals.reasonExisting'],
  ['approvals.chipShort', 'approvals.reasonShort'],
] as const

interface Props {
  request: Request
  open: boolean
  busy: boolean
  onClose: () => void
  onReject: (reason: string) => void
}

// Reject asks for the reason: a common one to pick and change, or free text.
export function Reject({ request, open, busy, onClose, onReject }: Props) {
  const { t } = useTranslation()
  const [reason, setReason] = useState('')
  const [missing, setMissing] = useState(false)

  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    if (reason.trim() === '') setMissing(true)
    else onReject(reason.trim())
  }
  return (
    <Dialog open={open} onClose={onClose} heading={t('approvals.reasonTitle', { name: request.name })}>
      <form onSubmit={submit}>
        <p className="text-soft">{t('approvals.reasonLead', { requester: nameOf(request.requester, t) })}</p>
        <div role="group" aria-label={t('approvals.reasonCommon')} className="mt-4 flex flex-wrap gap-2">
          {common.map(([chip, text]) => (
            <Button
              key={chip}
              variant="secondary"
              size="sm"
              aria-pressed={reason === t(text)}
              className="rounded-full aria-pressed:border-brand aria-pressed:bg-brand-wash aria-pressed:text-brand-ink"
              onClick={() => {
                setReason(t(text))
                setMissing(false)
              }}
            >
              {t(chip)}
            </Button>
          ))}
        </div>
        <Field label={t('approvals.reason')} error={missing ? t('approvals.reasonMissing') : undefined} className="mt-4">
          {(slots) => (
            <Textarea
              {...slots}
              rows={4}
              maxLength={2000}
              value={reason}
              onChange={(e) => {
                setReason(e.target.value)
                setMissing(false)
              }}
              onKeyDown={(e) => {
                if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) submit(e)
              }}
            />
          )}
        </Field>
        <div className="mt-5 flex flex-wrap justify-end gap-2">
          <Button variant="secondary" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" variant="danger" busy={busy}>
            {t('approvals.rejectYes')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
