import { useQuery } from '@tanstack/react-query'
import { CircleCheck, Pencil, RotateCw, Server, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { retryRequest, withdrawRequest } from '@/api/requests'
import { meQuery } from '@/api/session'
import type { Request } from '@/api/types'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { useRequestAction } from '@/modules/request/use-action'

const refused = new Set<Request['state']>(['rejected', 'expired', 'withdrawn', 'failed'])

// Actions is what the person can do with this request now.
export function Actions({ request }: { request: Request }) {
  const { t } = useTranslation()
  const me = useQuery(meQuery()).data
  const retry = useRequestAction(retryRequest, ({ name }) => t('request.retried', { name }))
  const mine = request.requester.id === me?.person_id
  return (
    <div className="flex flex-wrap gap-2">
      {request.can.withdraw && <Withdraw request={request} />}
      {request.can.decide && (
        <Button asChild>
          <Link to={`/approvals/${request.id}`}>
            <CircleCheck aria-hidden />
            {t('home.approvals')}
          </Link>
        </Button>
      )}
      {mine && refused.has(request.state) && (
        <Button asChild variant={request.can.retry ? 'secondary' : 'primary'}>
          <Link to={`/requests/new?from=${request.id}`}>
            <Pencil aria-hidden />
            {t(request.state === 'rejected' ? 'request.resubmit' : 'request.again')}
          </Link>
        </Button>
      )}
      {request.can.retry && (
        <Button busy={retry.isPending} onClick={() => retry.mutate(request.id)}>
          {!retry.isPending && <RotateCw aria-hidden />}
          {t('request.retry')}
        </Button>
      )}
      {request.vm_id && (
        <Button asChild>
          <Link to={`/vms/${request.vm_id}`}>
            <Server aria-hidden />
            {t('request.toVM')}
          </Link>
        </Button>
      )}
    </div>
  )
}

function Withdraw({ request }: { request: Request }) {
  const { t } = useTranslation()
  const [asking, setAsking] = useState(false)
  const withdraw = useRequestAction(withdrawRequest, ({ name }) => t('request.withdrawn', { name }))
  return (
    <>
      <Button variant="secondary" onClick={() => setAsking(true)}>
        <Undo2 aria-hidden />
        {t('request.withdraw')}
      </Button>
      <Dialog open={asking} onClose={() => setAsking(false)} heading={t('request.withdrawTitle')}>
        <p className="text-soft">{t('request.withdrawText', { name: request.name })}</p>
        <div className="mt-6 flex flex-wrap justify-end gap-2">
          <Button variant="secondary" onClick={() => setAsking(false)}>
            {t('action.cancel')}
          </Button>
          <Button
            variant="danger"
            busy={withdraw.isPending}
            onClick={() => withdraw.mutate(request.id, { onSettled: () => setAsking(false) })}
          >
            {t('request.withdrawYes')}
          </Button>
        </div>
      </Dialog>
    </>
  )
}
