import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { FileSearch, Plus, ServerCog } from 'lucide-react'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { requestsQuery } from '@/api/requests'
import { meQuery } from '@/api/session'
import { Empty } from '@/components/empty'
import { Failure } from '@/components/failure'
import { LoadMore } from '@/components/load-more'
import { Page } from '@/components/page'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { ListSkeleton } from '@/components/ui/skeleton'
import { RequestRow } from '@/modules/request/row'
import { filterOf, paramsOf, viewOf, type View } from './filter'
import { Toolbar } from './toolbar'

export function RequestList() {
  const { t } = useTranslation()
  const [params, setParams] = useSearchParams()
  const me = useQuery(meQuery()).data
  const view = viewOf(params)
  const list = useInfiniteQuery(requestsQuery(filterOf(view)))
  const items = list.data?.pages.flatMap((page) => page.items) ?? []

  const change = useCallback(
    (next: Partial<View>) => setParams((now) => paramsOf({ ...viewOf(now), ...next }), { replace: true }),
    [setParams],
  )
  const seesAll = me ? me.can.approve || me.can.audit || me.can.administer : false
  const untouched = view.show === 'all' && view.q === ''

  return (
    <Page
      title={t(view.scope === 'all' ? 'requests.titleAll' : 'requests.title')}
      lead={view.scope === 'all' ? undefined : t('requests.lead')}
      action={
        <Button asChild>
          <Link to="/requests/new">
            <Plus aria-hidden />
            {t('action.request')}
          </Link>
        </Button>
      }
    >
      <Toolbar view={view} onChange={change} scopes={seesAll} />
      <Card className="overflow-hidden">
        {list.isPending && <ListSkeleton rows={6} />}
        {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
        {list.isSuccess && items.length === 0 && (untouched ? <Nothing /> : <NoMatch onClear={() => change({ show: 'all', q: '' })} />)}
        <ul className="divide-y divide-line" aria-busy={list.isPlaceholderData}>
          {items.map((request) => (
            <RequestRow key={request.id} request={request} owner={view.scope === 'all'} />
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
      icon={ServerCog}
      title={t('requests.empty')}
      action={
        <Button asChild>
          <Link to="/requests/new">{t('action.request')}</Link>
        </Button>
      }
    >
      {t('requests.emptyText')}
    </Empty>
  )
}

function NoMatch({ onClear }: { onClear: () => void }) {
  const { t } = useTranslation()
  return (
    <Empty
      icon={FileSearch}
      title={t('requests.none')}
      action={
        <Button variant="secondary" onClick={onClear}>
          {t('action.clear')}
        </Button>
      }
    >
      {t('requests.noneText')}
    </Empty>
  )
}
