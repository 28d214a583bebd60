import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { SearchX, Server } from 'lucide-react'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { meQuery } from '@/api/session'
import { vmsQuery } from '@/api/vms'
import { Empty } from '@/components/empty'
import { Failure } from '@/components/failure'
import { LoadMore } from '@/components/load-more'
import { Page } from '@/components/page'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Segment, Segments } from '@/components/ui/radio-card'
import { SearchInput } from '@/components/ui/search-input'
import { ListSkeleton } from '@/components/ui/skeleton'
import { useQueryParams } from '@/components/use-query-params'
import { VMRow } from '@/modules/vm/row'

export function VMList() {
  const { t } = useTranslation()
  const [params, change] = useQueryParams({ replace: true })
  const me = useQuery(meQuery()).data
  const scope = params.get('scope') === 'all' ? 'all' : 'mine'
  const q = params.get('q') ?? ''
  const list = useInfiniteQuery(vmsQuery({ ...(scope === 'all' && { scope }), ...(q && { q }) }))
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  const seesAll = me ? me.can.approve || me.can.audit || me.can.administer : false

  const search = useCallback((text: string) => change({ q: text }), [change])

  return (
    <Page title={t(scope === 'all' ? 'vms.titleAll' : 'vms.title')} lead={scope === 'mine' && t('vms.lead')}>
      <div className="mb-4 flex flex-wrap items-center gap-3">
        {seesAll && (
          <Segments aria-label={t('vms.scope')} value={scope} onValueChange={(value) => change({ scope: value === 'all' ? 'all' : '' })}>
            <Segment value="mine">{t('vms.mine')}</Segment>
            <Segment value="all">{t('vms.everyone')}</Segment>
          </Segments>
        )}
        <SearchInput label={t('vms.search')} value={q} onChange={search} className="min-w-52 flex-1" />
      </div>
      <Card className="overflow-hidden">
        {list.isPending && <ListSkeleton rows={5} />}
        {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
        {list.isSuccess && items.length === 0 && (q ? <NoMatch onClear={() => change({ q: '' })} /> : <Nothing />)}
        <ul className="divide-y divide-line" aria-busy={list.isPlaceholderData}>
          {items.map((vm) => (
            <VMRow key={vm.id} vm={vm} owner={scope === 'all'} />
          ))}
        </ul>
        <LoadMore {...list} />
      </Card>
    </Page>
  )
}

function Nothing() {
  const { t } = useTranslation()
  return (
    <Empty
      icon={Server}
      title={t('vms.empty')}
      action={
        <Button asChild>
          <Link to="/requests/new">{t('action.request')}</Link>
        </Button>
      }
    >
      {t('vms.emptyText')}
    </Empty>
  )
}

function NoMatch({ onClear }: { onClear: () => void }) {
  const { t } = useTranslation()
  return (
    <Empty
      icon={SearchX}
      title={t('vms.none')}
      action={
        <Button variant="secondary" onClick={onClear}>
          {t('action.clear')}
        </Button>
      }
    >
      {t('vms.noneText')}
    </Empty>
  )
}
