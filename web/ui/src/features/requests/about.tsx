import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Request } from '@/api/types'
import { FactRow, Facts } from '@/components/facts'
import { Money } from '@/components/money'
import { Time } from '@/components/time'
import { Card, CardHeader } from '@/components/ui/card'
import { nameOf } from '@/modules/person'

// About is what was asked for.
export function About({ request }: { request: Request }) {
  const { t } = useTranslation()
  return (
    <Card aria-labelledby="about">
      <CardHeader id="about" title={t('request.about')} />
      <div className="px-5 pb-4">
        <p className="text-sm whitespace-pre-line">{request.justification || <span className="text-soft">{t('request.whyNone')}</span>}</p>
        <Facts className="mt-3 border-t border-line">
          <FactRow name={t('request.size')}>
            {request.size}
            <span className="block text-[13px] font-normal text-soft">
              {t('hardware.vcpu', { n: request.vcpu })} · {t('hardware.ram', { n: request.ram_gib })} · {t('hardware.disk', { n: request.disk_gib })}
            </span>
          </FactRow>
          <FactRow name={t('request.cost')}>
            <Money cents={request.monthly_cents} currency={request.currency} /> <span className="font-normal text-soft">{t('money.perMonth')}</span>
          </FactRow>
          <FactRow name={t('request.template')}>{request.template}</FactRow>
          <FactRow name={t('request.network')}>{request.network}</FactRow>
          <FactRow name={t('request.project')}>{request.project}</FactRow>
          <FactRow name={t('request.lease')}>{t('duration.days', { count: request.lease_days })}</FactRow>
          <FactRow name={t('request.requester')}>{nameOf(request.requester, t)}</FactRow>
          <FactRow name={t('request.submitted')}>
            <Time at={request.submitted_at} />
          </FactRow>
          {request.replaces && (
            <FactRow name={t('request.replaces')}>
              <Link to={`/requests/${request.replaces}`} className="text-brand-ink underline underline-offset-4">
                {t('request.replacesLink')}
              </Link>
            </FactRow>
          )}
        </Facts>
      </div>
    </Card>
  )
}
