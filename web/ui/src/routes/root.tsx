import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { isStatus } from '@/api/problem'
import { meQuery } from '@/api/session'
import { Failure } from '@/components/failure'
import { Logo } from '@/components/logo'
import { SignedOut } from '@/features/session/signed-out'
import { followProfile } from '@/i18n'
import { Shell } from '@/shell/shell'

// Root decides between the portal, the door to it, and waiting.
export function Root() {
  const { data: me, error, refetch } = useQuery(meQuery())
  const locale = me?.locale
  useEffect(() => {
    if (locale) void followProfile(locale)
  }, [locale])

  if (isStatus(error, 401)) return <SignedOut ended={me !== undefined} />
  if (me) return <Shell me={me} />
  if (error) {
    return (
      <main className="grid min-h-dvh place-items-center">
        <Failure screen error={error} retry={() => void refetch()} />
      </main>
    )
  }
  return (
    <div role="status" className="grid min-h-dvh place-items-center">
      <Logo className="size-12 animate-pulse" />
    </div>
  )
}
