import { CloudOff, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Request } from '@/api/types'
import { Card } from '@/components/ui/card'
import { stepName } from '@/modules/request/standing'
import { knownCode } from './failure-code'

// StalledNote says that the hypervisor is away and that nothing is lost.
export function StalledNote({ request }: { request: Request }) {
  const { t } = useTranslation()
  const stalled = request.provisioning?.stalled
  if (!stalled) return null
  return (
    <div role="status" className="flex gap-3 rounded-lg bg-warning-tint px-5 py-4 text-warning">
      <CloudOff className="mt-0.5 size-5 shrink-0" aria-hidden />
      <div>
        <p className="font-medium">{t('stalled')}</p>
        {stalled.detail && <p className="mt-0.5 text-[13px] break-words">{stalled.detail}</p>}
      </div>
    </div>
  )
}

// FailureNote says what went wrong, where, and whether trying again can help.
export function FailureNote({ request }: { request: Request }) {
  const { t } = useTranslation()
  const failure = request.provisioning?.failure
  if (request.state !== 'failed' || !failure) return null
  return (
    <Card className="border-refused/40 px-5 py-4" aria-labelledby="failure">
      <h2 id="failure" className="flex items-center gap-2 text-[15px] font-semibold text-refused">
        <TriangleAlert className="size-4" aria-hidden />
        {t('request.failedWhat')}
      </h2>
      <p className="mt-2 font-medium">{t(`failureCode.${knownCode(failure.code)}`)}</p>
      <p className="mt-1 text-[13px] text-soft">{t('request.failureStep', { step: stepName(failure.step, t) })}</p>
      {failure.detail && <p className="mt-2 rounded-md bg-sunken px-3 py-2 font-mono text-xs break-words">{failure.detail}</p>}
      <p className="mt-3 text-sm text-soft">{t(failure.retryable ? 'request.failedHelp' : 'request.failedFinal')}</p>
    </Card>
  )
}
