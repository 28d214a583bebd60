import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { SearchInput } from '@/components/ui/search-input'
import { Segment, Segments } from '@/components/ui/radio-card'
import { Select } from '@/components/ui/select'
import { shows, sorts, type View } from './filter'

const sortNames = { '-submitted_at': 'requests.sortNewest', submitted_at: 'requests.sortOldest', name: 'requests.sortName' } as const

interface Props {
  view: View
  onChange: (next: Partial<View>) => void
  scopes: boolean // whether the person may see everyone's
}

export function Toolbar({ view, onChange, scopes }: Props) {
  const { t } = useTranslation()
  const search = useCallback((q: string) => onChange({ q }), [onChange])
  return (
    <div className="mb-4 flex flex-wrap items-center gap-3">
      <Segments
        aria-label={t('requests.filter')}
        value={view.show}
        onValueChange={(value) => onChange({ show: shows.find((s) => s === value) ?? 'all' })}
        className="max-sm:w-full"
      >
        {shows.map((show) => (
          <Segment key={show} value={show} className="max-sm:px-2">
            {t(`requests.${show}`)}
          </Segment>
        ))}
      </Segments>
      {scopes && (
        <Segments aria-label={t('requests.scope')} value={view.scope} onValueChange={(value) => onChange({ scope: value === 'all' ? 'all' : 'mine' })}>
          <Segment value="mine">{t('requests.mine')}</Segment>
          <Segment value="all">{t('requests.everyone')}</Segment>
        </Segments>
      )}
      <SearchInput label={t('requests.search')} value={view.q} onChange={search} className="min-w-64 flex-1" />
      <Select
        aria-label={t('requests.sort')}
        value={view.sort}
        onChange={(e) => onChange({ sort: sorts.find((s) => s === e.target.value) ?? '-submitted_at' })}
        className="w-44 max-sm:w-full"
      >
        {sorts.map((sort) => (
          <option key={sort} value={sort}>
            {t(sortNames[sort])}
          </option>
        ))}
      </Select>
    </div>
  )
}
