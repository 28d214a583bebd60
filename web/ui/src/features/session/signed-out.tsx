import { LogIn } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/ui/button'
import { Logo } from '@/components/logo'
import { useTitle } from '@/components/page'

// loginPath leads back to where the person wanted to go.
export function loginPath(here: { pathname: string; search: string }, language: string): string {
  const query = new URLSearchParams({ return_to: here.pathname + here.search, ui_locales: language })
  return `/auth/login?${query.toString()}`
}

export function SignedOut({ ended }: { ended: boolean }) {
  const { t, i18n } = useTranslation()
  useTitle(t('action.signIn'))
  return (
    <main className="grid min-h-dvh place-items-center bg-brand-wash px-6 py-12">
      <div className="w-full max-w-md animate-rise rounded-2xl border border-line bg-surface px-8 py-12 text-center shadow-float">
        <Logo className="mx-auto size-14" />
        <h1 className="mt-6 text-2xl font-semibold tracking-tight">{t('session.title')}</h1>
        <p className="mt-3 text-[15px] text-soft">{t('session.text')}</p>
        <Button asChild size="lg" className="mt-8 w-full">
          <a href={loginPath(window.location, i18n.language)}>
            <LogIn aria-hidden />
            {t('action.signIn')}
          </a>
        </Button>
        {ended && (
          <p role="status" className="mt-5 text-[13px] text-soft">
            {t('session.ended')}
          </p>
        )}
      </div>
    </main>
  )
}
