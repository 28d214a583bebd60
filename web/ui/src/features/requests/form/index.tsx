import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { requestQuery } from '@/api/requests'
import { meQuery, offeringQuery } from '@/api/session'
import { Failure } from '@/components/failure'
import { Page } from '@/components/page'
import { Card } from '@/components/ui/card'
import { ListSkeleton } from '@/components/ui/skeleton'
import { loadDraft } from './draft'
import { RequestForm } from './form'
import { emptyWish, wishOf } from './wish'

// NewRequest gathers what the form needs before it shows it: what can be had,
// and where it starts from (an earlier request, a draft, or nothing).
export function NewRequest() {
  const { t } = useTranslation()
  const [params] = useSearchParams()
  const from = params.get('from')
  const me = useQuery(meQuery()).data
  const offering = useQuery(offeringQuery())
  const earlier = useQuery({ ...requestQuery(from ?? ''), enabled: from !== null })

  const failed = [offering, ...(from ? [earlier] : [])].find((query) => query.isError)
  const ready = me && offering.data && (!from || earlier.data)
  const content = () => {
    if (failed) return <Card><Failure error={failed.error} retry={() => void failed.refetch()} /></Card>
    if (!ready) return <Card><ListSkeleton rows={5} /></Card>
    const empty = emptyWish(offering.data)
    const draft = from ? null : loadDraft(me.person_id, empty)
    return (
      <RequestForm
        key={from ?? 'new'}
        person={me.person_id}
        offering={offering.data}
        empty={empty}
        start={earlier.data && from ? wishOf(earlier.data) : (draft ?? empty)}
        earlier={from ? earlier.data : undefined}
        restored={draft !== null}
      />
    )
  }
  return (
    <Page wide title={t(from ? 'form.titleAgain' : 'form.title')} lead={t('form.lead')}>
      {content()}
    </Page>
  )
}
