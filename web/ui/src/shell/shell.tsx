import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Outlet, useLocation } from 'react-router'
import { follow } from '@/api/live'
import type { Me } from '@/api/types'
import { ErrorBoundary } from '@/components/error-boundary'
import { Toaster } from '@/components/toast'
import { ListSkeleton, Skeleton } from '@/components/ui/skeleton'
import { Banners } from './banners'
import { BottomNav } from './bottom-nav'
import { Header } from './header'
import { Sidebar } from './sidebar'

const Palette = lazy(() => import('./palette'))

// Shell is what stays while screens come and go.
export function Shell({ me }: { me: Me }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [searching, setSearching] = useState(false)
  const { pathname } = useLocation()
  const screen = screenOf(pathname)
  const main = useFocusOnArrival(screen)

  useEffect(() => follow(client), [client])
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      setSearching((now) => !now)
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [])

  return (
    <div className="flex min-h-dvh flex-col">
      <a href="#main" className="sr-only z-50 rounded-md bg-surface px-4 py-2 font-medium shadow-float focus:not-sr-only focus:fixed focus:top-2 focus:left-2">
        {t('nav.skip')}
      </a>
      <Header me={me} onSearch={() => setSearching(true)} />
      <Banners />
      <div className="flex flex-1">
        <Sidebar me={me} />
        <main id="main" ref={main} tabIndex={-1} className="min-w-0 flex-1 outline-none max-md:pb-20">
          <ErrorBoundary key={screen}>
            <Suspense fallback={<Loading />}>
              <Outlet />
            </Suspense>
          </ErrorBoundary>
        </main>
      </div>
      <BottomNav me={me} />
      <Toaster />
      {searching && (
        <Suspense>
          <Palette me={me} onClose={() => setSearching(false)} />
        </Suspense>
      )}
    </div>
  )
}

// What a screen looks like before its script has come.
const Loading = () => (
  <div className="mx-auto w-full max-w-5xl px-4 py-6 sm:px-8 sm:py-9">
    <Skeleton className="mb-8 h-8 w-56" />
    <ListSkeleton rows={5} className="rounded-lg border border-line bg-surface" />
  </div>
)

// Moving within the approvals queue is not a change of screen.
const screenOf = (pathname: string) => (pathname.startsWith('/approvals') ? '/approvals' : pathname)

// useFocusOnArrival moves focus to the content and the page to its top when the
// screen changes, as loading a page would.
function useFocusOnArrival(screen: string) {
  const ref = useRef<HTMLElement>(null)
  const known = useRef(screen)
  useEffect(() => {
    if (known.current === screen) return
    known.current = screen
    window.scrollTo(0, 0)
    ref.current?.focus({ preventScroll: true })
  }, [screen])
  return ref
}
