import { useInfiniteQuery } from '@tanstack/react-query'
import { ListX } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { factsQuery } from '@/api/audit'
import { Empty } from '@/components/empty'
import { Failure } from '@/components/failure'
import { LoadMore } from '@/components/load-more'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { ListSkeleton } from '@/components/ui/skeleton'
import { useQueryParams } from '@/components/use-query-params'
import { FactTable } from './fact-table'
import { filterOf, isEmpty, names, viewOf } from './filter'
import { Filters } from './filters'
import { AuditLayout } from './layout'
import { RecordDrawer } from './record'

// Explorer lists the facts of the tenant; the whole record opens beside it.
export function Explorer() {
  const { t } = useTranslation()
  const [params, set] = useQueryParams()
  const view = viewOf(params)
  const list = useInfiniteQuery(factsQuery(filterOf(view)))
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  const open = items.find((fact) => fact.id === params.get('record'))

  const clear = () => set(Object.fromEntries(names.map((name) => [name, ''])))

  return (
    <AuditLayout>
      <Filters view={view} onChange={set} onClear={isEmpty(view) ? undefined : clear} />
      <Card className="overflow-hidden">
        {list.isPending && <ListSkeleton rows={8} />}
        {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
        {list.isSuccess && items.length === 0 && (
          <Empty
            icon={ListX}
            title={t('audit.empty')}
            action={
              !isEmpty(view) && (
                <Button variant="secondary" onClick={clear}>
                  {t('action.clear')}
                </Button>
              )
            }
          >
            {t('audit.emptyText')}
          </Empty>
        )}
        {items.length > 0 && <FactTable items={items} onOpen={(record) => set({ record })} />}
        <LoadMore {...list} />
      </Card>
      <RecordDrawer fact={open} onClose={() => set({ record: '' })} onNarrow={(next) => set({ ...next, record: '' })} />
    </AuditLayout>
  )
}
