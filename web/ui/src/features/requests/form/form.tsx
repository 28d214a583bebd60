import { zodResolver } from '@hookform/resolvers/zod'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { FormProvider, useForm } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { freshKey } from '@/api/client'
import { fieldErrors, isStatus } from '@/api/problem'
import { requestKeys, submitRequest } from '@/api/requests'
import type { NewRequest, Offering, Request } from '@/api/types'
import { toast } from '@/components/toast'
import { dropDraft, same, saveDraft } from './draft'
import { Notice } from './notice'
import { Review } from './review'
import { SidePanel } from './side-panel'
import { StepWhat } from './step-what'
import { StepWhich } from './step-which'
import { complaint, fields, newRequest, wishSchema, type Wish } from './wish'

interface Props {
  person: string
  offering: Offering
  empty: Wish
  start: Wish
  earlier: Request | undefined // the request this one follows up on
  restored: boolean // whether start is a draft
}

export function RequestForm({ person, offering, empty, start, earlier, restored }: Props) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const client = useQueryClient()
  const keyFor = useKeyPerContent()
  const [notice, setNotice] = useState(restored || earlier !== undefined)
  const [refusal, setRefusal] = useState('')
  const schema = useMemo(() => wishSchema(offering), [offering])
  // Checked when sent, then as one types: a complaint that appears on the way to
  // the next control would push it away from under the pointer.
  const form = useForm<Wish>({ defaultValues: start, resolver: zodResolver(schema), mode: 'onSubmit' })

  // The draft follows what is typed; an untouched form leaves none behind.
  useEffect(() => {
    if (earlier) return
    return form.subscribe({
      formState: { values: true },
      callback: ({ values }) => (same(values, empty) ? dropDraft(person) : saveDraft(person, values)),
    })
  }, [form, person, empty, earlier])

  const send = useMutation({
    mutationFn: (wanted: NewRequest) => submitRequest(wanted, keyFor(wanted)),
    onSuccess: (request) => {
      if (!earlier) dropDraft(person)
      client.setQueryData(requestKeys.detail(request.id), request)
      void client.invalidateQueries({ queryKey: requestKeys.lists })
      toast(t('form.sent'))
      void navigate(`/requests/${request.id}`)
    },
    onError: (error) => {
      const { known, rest } = fieldErrors(error, fields)
      known.forEach(({ field, code, detail }, i) => form.setError(field, { message: code, type: detail }, { shouldFocus: i === 0 }))
      const detail = isStatus(error, 0) ? t('failure.unreachable.title') : error.message
      setRefusal(known.length > 0 ? rest.join(' ') : t('failure.action', { detail: rest.join(' ') || detail }))
    },
  })

  const submit = form.handleSubmit((wish) => {
    setRefusal('')
    send.mutate(newRequest(wish, earlier?.state === 'rejected' ? earlier.id : undefined))
  })
  const startOver = () => {
    dropDraft(person)
    form.reset(empty)
    setNotice(false)
    void navigate('/requests/new', { replace: true })
  }
  const say = (field: keyof Wish) => {
    const error = form.formState.errors[field]
    return error && complaint(t, offering, field, error.message ?? '', typeof error.type === 'string' ? error.type : '')
  }

  return (
    <FormProvider {...form}>
      <form noValidate onSubmit={(e) => void submit(e)} className="grid grid-cols-1 items-start gap-6 lg:grid-cols-[minmax(0,1fr)_19rem]">
        <div className="grid grid-cols-1 gap-6">
          {notice && <Notice earlier={earlier} onStartOver={startOver} />}
          <StepWhat offering={offering} say={say} />
          <StepWhich offering={offering} say={say} />
        </div>
        {/* Beside both rows on a desk, between them on a phone. */}
        <div className="lg:sticky lg:top-20 lg:row-span-2">
          <SidePanel offering={offering} />
        </div>
        <Review offering={offering} busy={send.isPending} refusal={refusal} />
      </form>
    </FormProvider>
  )
}

// useKeyPerContent gives the same wish the same idempotency key, so that sending
// it again after a lost answer does not ask for a second machine.
function useKeyPerContent() {
  const last = useRef({ content: '', key: '' })
  return (wanted: NewRequest): string => {
    const content = JSON.stringify(wanted)
    if (last.current.content !== content) last.current = { content, key: freshKey() }
    return last.current.key
  }
}
