import { useQueryClient, type InfiniteData } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { approvalKeys } from '@/api/approvals'
import { decideRequest } from '@/api/requests'
import type { ApprovalPage } from '@/api/types'
import { useRequestAction } from '@/modules/request/use-action'
import { without } from './queue-data'

interface Input {
  id: string
  decision: 'approve' | 'reject'
  reason: string
}

// useDecide sends a decision, takes the request out of the queue and moves on.
// A decision cannot be taken back, so the queue changes only when the server has
// confirmed it.
export function useDecide(moveOn: () => void) {
  const { t } = useTranslation()
  const client = useQueryClient()
  return useRequestAction(
    async ({ id, decision, reason }: Input) => {
      const request = await decideRequest(id, { decision, reason })
      moveOn()
      client.setQueryData<InfiniteData<ApprovalPage, string>>(approvalKeys.all, (queue) => queue && without(queue, id))
      return request
    },
    ({ name }, { decision }) => t(decision === 'approve' ? 'approvals.approved' : 'approvals.rejected', { name }),
  )
}
