import { useInfiniteQuery } from '@tanstack/react-query'
import { FileLock2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { bundlesQuery } from '@/api/audit'
import { Empty } from '@/components/empty'
import { Failure } from '@/components/failure'
import { LoadMore } from '@/components/load-more'
import { Card, CardHeader } from '@/components/ui/card'
import { ListSkeleton } from '@/components/ui/skeleton'
import { BundleRow } from './bundle-row'
import { CreateBundle } from './create-bundle'
import { AuditLayout } from './layout'

export function Bundles() {
  const { t } = useTranslation()
  const list = useInfiniteQuery(bundlesQuery())
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <AuditLayout>
      <div className="grid grid-cols-1 gap-6">
        <CreateBundle />
        <Card aria-labelledby="bundles" className="overflow-hidden">
          <CardHeader id="bundles" title={t('bundles.list')} />
          {list.isPending && <ListSkeleton rows={3} />}
          {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
          {list.isSuccess && items.length === 0 && (
            <Empty icon={FileLock2} title={t('bundles.empty')}>
              {t('bundles.emptyText')}
            </Empty>
          )}
          <ul className="divide-y divide-line" aria-live="polite" aria-relevant="additions text">
            {items.map((bundle) => (
              <BundleRow key={bundle.id} bundle={bundle} />
            ))}
          </ul>
          <LoadMore {...list} />
        </Card>
      </div>
    </AuditLayout>
  )
}
