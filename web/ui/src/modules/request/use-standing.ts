import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { meQuery } from '@/api/session'
import type { Request } from '@/api/types'
import { useLocale } from '@/format/locale'
import { useNow } from '@/format/now'
import { standing } from './standing'

// useStanding keeps the sentence true while time passes.
export function useStanding(request: Request): string {
  const { t } = useTranslation()
  const me = useQuery(meQuery()).data?.person_id ?? ''
  return standing(request, { t, locale: useLocale(), now: useNow(), me })
}
