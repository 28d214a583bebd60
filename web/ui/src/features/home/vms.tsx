import { useInfiniteQuery } from '@tanstack/react-query'
import { Server } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { vmsQuery } from '@/api/vms'
import { Empty } from '@/components/empty'
import { Failure } from '@/components/failure'
import { Button } from '@/components/ui/button'
import { Card, CardHeader } from '@/components/ui/card'
import { ListSkeleton } from '@/components/ui/skeleton'
import { VMRow } from '@/modules/vm/row'

const shown = 4

export function VMs() {
  const { t } = useTranslation()
  const query = useInfiniteQuery(vmsQuery())
  const items = query.data?.pages[0]?.items ?? []
  const all = (
    <Button asChild variant="link" size="bare">
      <Link to="/vms">{t('action.showAll')}</Link>
    </Button>
  )
  return (
    <Card aria-labelledby="vms" className="overflow-hidden">
      <CardHeader id="vms" title={t('home.vms')} action={items.length > 0 && all} />
      {query.isPending && <ListSkeleton rows={2} />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && items.length === 0 && (
        <Empty icon={Server} title={t('home.vmsEmpty')}>
          {t('home.vmsEmptyText')}
        </Empty>
      )}
      <ul className="divide-y divide-line">
        {items.slice(0, shown).map((vm) => (
          <VMRow key={vm.id} vm={vm} compact />
        ))}
      </ul>
    </Card>
  )
}
