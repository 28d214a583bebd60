import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { approvalKeys } from '@/api/approvals'
import { isStatus } from '@/api/problem'
import { requestKeys } from '@/api/requests'
import type { Request } from '@/api/types'
import { toast } from '@/components/toast'

// useRequestAction runs a command on a request, shows its answer at once, and
// says how it went. A conflict is no failure of the person: the page is asked
// again and shows what happened meanwhile.
export function useRequestAction<Input>(run: (input: Input) => Promise<Request>, said: (request: Request, input: Input) => string) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const touched: QueryKey[] = [requestKeys.all, approvalKeys.all]
  const refresh = () => Promise.all(touched.map((queryKey) => client.invalidateQueries({ queryKey })))
  return useMutation({
    mutationFn: run,
    onSuccess: (request, input) => {
      client.setQueryData(requestKeys.detail(request.id), request)
      toast(said(request, input))
    },
    onError: (error) => {
      if (isStatus(error, 409)) toast(t('failure.conflict'), 'refused')
      else toast(t('failure.action', { detail: isStatus(error, 0) ? t('failure.unreachable.title') : error.message }), 'refused')
    },
    onSettled: () => {
      void refresh()
    },
  })
}
