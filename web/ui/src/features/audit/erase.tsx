import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type SyntheticEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { erasePerson, peopleKeys, personQuery } from '@/api/people'
import { isStatus } from '@/api/problem'
import type { NewErasure, Person, PersonDetail } from '@/api/types'
import { Failure } from '@/components/failure'
import { toast } from '@/components/toast'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { ListSkeleton } from '@/components/ui/skeleton'
import { nameOf } from '@/modules/person'
import { sameName } from './same-name'

const reasons: NewErasure['reason'][] = ['asked', 'left', 'unlawful']

// Erase says what is destroyed and what stays, and wants the person's name: it
// cannot be undone.
export function Erase({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useTranslation()
  const detail = useQuery(personQuery(person.id))
  const name = nameOf(person, t)
  return (
    <Dialog open onClose={onClose} heading={t('people.eraseTitle', { name })}>
      {detail.isPending && <ListSkeleton rows={2} />}
      {detail.isError && <Failure error={detail.error} retry={() => void detail.refetch()} />}
      {detail.isSuccess && detail.data.open_requests.length > 0 && <InTheWay detail={detail.data} name={name} onClose={onClose} />}
      {detail.isSuccess && detail.data.open_requests.length === 0 && <Confirm detail={detail.data} name={name} onClose={onClose} />}
    </Dialog>
  )
}

interface Props {
  detail: PersonDetail
  name: string
  onClose: () => void
}

function InTheWay({ detail, name, onClose }: Props) {
  const { t } = useTranslation()
  return (
    <>
      <p>{t('people.inTheWay', { name, count: detail.open_requests.length })}</p>
      <ul className="mt-3 grid gap-1">
        {detail.open_requests.map((request) => (
          <li key={request.id}>
            <Link to={`/requests/${request.id}`} className="text-brand-ink underline underline-offset-4">
              {request.name}
            </Link>{' '}
            <span className="text-soft">({t(`requestState.${request.state}`)})</span>
          </li>
        ))}
      </ul>
      <div className="mt-6 flex justify-end">
        <Button variant="secondary" onClick={onClose}>
          {t('action.close')}
        </Button>
      </div>
    </>
  )
}

function Confirm({ detail, name, onClose }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [reason, setReason] = useState<NewErasure['reason']>('asked')
  const [typed, setTyped] = useState('')
  const [wrong, setWrong] = useState(false)
  const erase = useMutation({
    mutationFn: () => erasePerson(detail.id, reason),
    onSuccess: () => {
      toast(t('people.done'))
      onClose()
    },
    onError: (error) => toast(t('failure.action', { detail: isStatus(error, 0) ? t('failure.unreachable.title') : error.message }), 'refused'),
    onSettled: () => client.invalidateQueries({ queryKey: peopleKeys.all }),
  })
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    if (sameName(typed, name)) erase.mutate()
    else setWrong(true)
  }
  return (
    <form onSubmit={submit} className="grid gap-4">
      <Consequence title={t('people.goes')} items={[t('people.goesName'), t('people.goesTexts'), t('people.goesSessions')]} />
      <Consequence title={t('people.stays')} items={[t('people.staysFacts'), ...(detail.vms > 0 ? [t('people.staysVMs', { count: detail.vms })] : []), t('people.staysElsewhere')]} />
      <p className="font-semibold">{t('people.forever')}</p>
      <Field label={t('people.reason')} hint={t('people.reasonHint')}>
        {(slots) => (
          <Select {...slots} value={reason} onChange={(e) => setReason(reasons.find((r) => r === e.target.value) ?? 'asked')}>
            {reasons.map((r) => (
              <option key={r} value={r}>
                {t(`people.reasons.${r}`)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t('people.type', { name })} error={wrong ? t('people.typeWrong', { name }) : undefined}>
        {(slots) => (
          <Input
            {...slots}
            autoComplete="off"
            value={typed}
            onChange={(e) => {
              setTyped(e.target.value)
              setWrong(false)
            }}
          />
        )}
      </Field>
      <div className="mt-2 flex flex-wrap justify-end gap-2">
        <Button variant="secondary" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" variant="danger" busy={erase.isPending}>
          {t('people.eraseYes')}
        </Button>
      </div>
    </form>
  )
}

function Consequence({ title, items }: { title: string; items: string[] }) {
  return (
    <div>
      <p className="font-semibold">{title}</p>
      <ul className="mt-1 list-disc pl-5 text-soft">
        {items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </div>
  )
}
