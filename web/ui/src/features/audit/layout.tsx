import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { NavLink } from 'react-router'
import { Page } from '@/components/page'

const tab =
  'border-b-2 border-transparent px-1 pb-2.5 text-sm font-medium text-soft transition-colors hover:text-ink aria-[current=page]:border-brand aria-[current=page]:text-ink'

// AuditLayout is the heading and the parts of the audit log.
export function AuditLayout({ children }: { children: ReactNode }) {
  const { t } = useTranslation()
  return (
    <Page wide title={t('audit.title')} lead={t('audit.lead')}>
      <nav aria-label={t('audit.tabs')} className="mb-6 flex flex-wrap gap-x-6 border-b border-line">
        <NavLink end to="/audit" className={tab}>
          {t('audit.explorer')}
        </NavLink>
        <NavLink to="/audit/bundles" className={tab}>
          {t('audit.bundles')}
        </NavLink>
        <NavLink to="/audit/people" className={tab}>
          {t('people.title')}
        </NavLink>
      </nav>
      {children}
    </Page>
  )
}
