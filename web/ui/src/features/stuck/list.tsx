import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { CircleCheck, FileSearch } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { meQuery } from '@/api/session'
import { stuckQuery } from '@/api/stuck'
import { Empty } from '@/components/empty'
import { Failure } from '@/components/failure'
import { LoadMore } from '@/components/load-more'
import { Page } from '@/components/page'
import { Card } from '@/components/ui/card'
import { Segment, Segments } from '@/components/ui/radio-card'
import { ListSkeleton } from '@/components/ui/skeleton'
import { ReplayAll } from './replay'
import { StuckRow } from './row'

const shows = ['all', 'dead', 'overdue'] as const

export function StuckList() {
  const { t } = useTranslation()
  const [params, setParams] = useSearchParams()
  const replayable = useQuery(meQuery()).data?.can.replay ?? false
  const show = shows.find((s) => s === params.get('state')) ?? 'all'
  const list = useInfiniteQuery(stuckQuery(show === 'all' ? undefined : show))
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  const dead = list.data?.pages.at(-1)?.dead ?? 0

  return (
    <Page
      title={t('stuck.title')}
      lead={t(replayable ? 'stuck.lead' : 'stuck.leadReader')}
      action={replayable && dead > 0 && <ReplayAll count={dead} />}
    >
      <Segments
        aria-label={t('stuck.filter')}
        value={show}
        onValueChange={(value) => setParams(value === 'all' ? {} : { state: value }, { replace: true })}
        className="mb-4 w-fit max-sm:w-full"
      >
        {shows.map((s) => (
          <Segment key={s} value={s}>
            {t(`stuck.show.${s}`)}
          </Segment>
        ))}
      </Segments>
      <Card aria-label={t('stuck.title')} className="overflow-hidden">
        {list.isPending && <ListSkeleton rows={4} />}
        {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
        {list.isSuccess && items.length === 0 && <Nothing all={show === 'all'} />}
        <ul className="divide-y divide-line" aria-live="polite" aria-relevant="additions text" aria-busy={list.isPlaceholderData}>
          {items.map((work) => (
            <StuckRow key={work.id} work={work} replayable={replayable} />
          ))}
        </ul>
        <LoadMore {...list} />
      </Card>
    </Page>
  )
}

function Nothing({ all }: { all: boolean }) {
  const { t } = useTranslation()
  return all ? (
    <Empty icon={CircleCheck} title={t('stuck.empty')}>
      {t('stuck.emptyText')}
    </Empty>
  ) : (
    <Empty icon={FileSearch} title={t('stuck.noMatch')} />
  )
}
