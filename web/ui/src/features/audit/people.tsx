import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { SearchX } from 'lucide-react'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { peopleQuery } from '@/api/people'
import { meQuery } from '@/api/session'
import type { Person } from '@/api/types'
import { Empty } from '@/components/empty'
import { Failure } from '@/components/failure'
import { LoadMore } from '@/components/load-more'
import { Card } from '@/components/ui/card'
import { Segment, Segments } from '@/components/ui/radio-card'
import { SearchInput } from '@/components/ui/search-input'
import { ListSkeleton } from '@/components/ui/skeleton'
import { useQueryParams } from '@/components/use-query-params'
import { Erase } from './erase'
import { AuditLayout } from './layout'
import { PersonRow } from './person-row'

const shows = ['all', 'known', 'erased'] as const

// People is whom DCM knows: who asks for their data, and who is to be forgotten.
export function People() {
  const { t } = useTranslation()
  const [params, set] = useQueryParams({ replace: true })
  const [erasing, setErasing] = useState<Person>()
  const me = useQuery(meQuery()).data
  const show = shows.find((s) => s === params.get('state')) ?? 'all'
  const q = params.get('q') ?? ''
  const list = useInfiniteQuery(peopleQuery({ state: show === 'all' ? undefined : show, q }))
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  const search = useCallback((text: string) => set({ q: text }), [set])
  return (
    <AuditLayout>
      <p className="mb-4 max-w-3xl text-soft">{t(me?.can.erase ? 'people.lead' : 'people.leadReader')}</p>
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <Segments aria-label={t('people.filter')} value={show} onValueChange={(value) => set({ state: value === 'all' ? '' : value })} className="max-sm:w-full">
          {shows.map((s) => (
            <Segment key={s} value={s}>
              {t(`people.show.${s}`)}
            </Segment>
          ))}
        </Segments>
        <SearchInput label={t('people.search')} value={q} onChange={search} className="min-w-64 flex-1" />
      </div>
      <Card aria-label={t('people.title')} className="overflow-hidden">
        {list.isPending && <ListSkeleton rows={6} />}
        {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
        {list.isSuccess && items.length === 0 && (
          <Empty icon={SearchX} title={t('people.empty')}>
            {t(show === 'erased' && !q ? 'people.nobodyErased' : 'people.emptyText')}
          </Empty>
        )}
        <ul className="divide-y divide-line" aria-busy={list.isPlaceholderData}>
          {items.map((person) => (
            <PersonRow key={person.id} person={person} may={me?.can.erase ?? false} own={person.id === me?.person_id} onErase={() => setErasing(person)} />
          ))}
        </ul>
        <LoadMore {...list} />
      </Card>
      {erasing && <Erase key={erasing.id} person={erasing} onClose={() => setErasing(undefined)} />}
    </AuditLayout>
  )
}
