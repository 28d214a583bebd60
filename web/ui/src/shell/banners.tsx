import { useQuery } from '@tanstack/react-query'
import { CloudOff, LoaderCircle, WifiOff } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { useMatch } from 'react-router'
import { useLiveState } from '@/api/live'
import { openRequestsQuery } from '@/api/requests'

function subscribe(listener: () => void) {
  window.addEventListener('online', listener)
  window.addEventListener('offline', listener)
  return () => {
    window.removeEventListener('online', listener)
    window.removeEventListener('offline', listener)
  }
}

const strip = 'flex items-center justify-center gap-2 px-4 py-2 text-center text-[13px] font-medium [&_svg]:size-4 [&_svg]:shrink-0'

// Banners say what is not as usual, and that it heals by itself.
export function Banners() {
  const { t } = useTranslation()
  const online = useSyncExternalStore(subscribe, () => navigator.onLine)
  const live = useLiveState()
  // A request's own page says it itself.
  const detail = useMatch('/requests/:id') !== null
  const stalled = useQuery(openRequestsQuery()).data?.items.filter((request) => request.provisioning?.stalled).length ?? 0
  return (
    <div role="status">
      {!online && (
        <p className={`${strip} bg-neutral-tint text-neutral`}>
          <WifiOff aria-hidden />
          {t('failure.offline')}
        </p>
      )}
      {online && live === 'lost' && (
        <p className={`${strip} bg-neutral-tint text-neutral`}>
          <LoaderCircle className="animate-spin" aria-hidden />
          {t('failure.reconnecting')}
        </p>
      )}
      {stalled > 0 && !detail && (
        <p className={`${strip} bg-warning-tint text-warning`}>
          <CloudOff aria-hidden />
          {t('stalledMany', { count: stalled })}
        </p>
      )}
    </div>
  )
}
