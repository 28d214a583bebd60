import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { finishedRequestsQuery, openRequestsQuery } from '@/api/requests'
import { meQuery } from '@/api/session'
import { vmsQuery } from '@/api/vms'
import { Page } from '@/components/page'
import { Button } from '@/components/ui/button'
import { useNow } from '@/format/now'
import { FinishedRequests } from './finished-requests'
import { Guide } from './guide'
import { OpenRequests } from './open-requests'
import { Stats } from './stats'
import { VMs } from './vms'
import { WaitingApprovals } from './waiting-approvals'

function greeting(hour: number) {
  if (hour < 5) return 'home.evening'
  if (hour < 11) return 'home.morning'
  return hour < 18 ? 'home.day' : 'home.evening'
}

export function Home() {
  const { t } = useTranslation()
  const now = useNow()
  const me = useQuery(meQuery()).data
  const open = useQuery(openRequestsQuery())
  const finished = useQuery(finishedRequestsQuery())
  const vms = useInfiniteQuery(vmsQuery())

  const firstVisit = [open.data, finished.data, vms.data?.pages[0]].every((page) => page?.items.length === 0)
  const first = me?.name.split(' ')[0] ?? ''
  const ask = (
    <Button asChild>
      <Link to="/requests/new">
        <Plus aria-hidden />
        {t('action.request')}
      </Link>
    </Button>
  )

  return (
    <Page title={t(greeting(now.getHours()), { name: first })} lead={firstVisit ? undefined : t('home.lead')} action={firstVisit ? null : ask} tab={t('nav.home')}>
      <div className="grid grid-cols-1 gap-6">
        {firstVisit && <Guide />}
        {!firstVisit && <Stats />}
        {me?.can.approve && <WaitingApprovals />}
        {!firstVisit && (
          <div className="grid grid-cols-1 items-start gap-6 lg:grid-cols-2">
            <OpenRequests query={open} />
            <VMs />
          </div>
        )}
        {!firstVisit && <FinishedRequests query={finished} />}
      </div>
    </Page>
  )
}
