import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { isStatus } from '@/api/problem'
import { stuckKeys } from '@/api/stuck'
import { toast } from '@/components/toast'

// useReplay runs a replay, says how it went, and looks again at what is stuck.
export function useReplay<Result>(run: () => Promise<Result>, said: (result: Result) => void) {
  const { t } = useTranslation()
  const client = useQueryClient()
  return useMutation({
    mutationFn: run,
    onSuccess: said,
    onError: (error) => {
      if (isStatus(error, 409)) toast(t('failure.conflict'), 'refused')
      else toast(t('failure.action', { detail: isStatus(error, 0) ? t('failure.unreachable.title') : error.message }), 'refused')
    },
    onSettled: () => client.invalidateQueries({ queryKey: stuckKeys.all }),
  })
}
