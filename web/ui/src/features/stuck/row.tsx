import { CircleX, Hourglass } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { StuckWork } from '@/api/types'
import { Time } from '@/components/time'
import { Badge } from '@/components/ui/badge'
import { Circle } from '@/modules/request/state'
import { Replay } from './replay'
import { causeOf, standingOf, titleOf } from './wording'

const looks = {
  dead: { tone: 'refused', icon: CircleX },
  overdue: { tone: 'warning', icon: Hourglass },
} as const

export function StuckRow({ work, replayable }: { work: StuckWork; replayable: boolean }) {
  const { t } = useTranslation()
  const { tone, icon: Icon } = looks[work.state]
  return (
    <li className="flex items-start gap-4 px-5 py-4">
      <Circle tone={tone} icon={Icon} className="max-sm:hidden" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="font-semibold">{titleOf(work, t)}</span>
          <Badge tone={tone}>
            <Icon aria-hidden />
            {t(`stuck.state.${work.state}`)}
          </Badge>
        </p>
        <p className="mt-0.5 text-[13px] text-soft">
          {standingOf(work, t)} {t('stuck.since')} <Time at={work.since} />
          {work.next_try && new Date(work.next_try) > new Date(work.since) && (
            <>
              {' · '}
              {t('stuck.next')} <Time at={work.next_try} />
            </>
          )}
        </p>
        <p className="text-[13px] text-soft">
          {causeOf(work, t)}
          {work.request_id && (
            <>
              {' · '}
              <Link to={`/requests/${work.request_id}`} className="text-brand-ink underline underline-offset-4">
                {t('stuck.toRequest')}
              </Link>
            </>
          )}
        </p>
        {work.reason && (
          <p className="mt-2 max-w-3xl rounded-md bg-sunken px-3 py-2 font-mono text-xs leading-5 wrap-anywhere whitespace-pre-line">
            <span className="sr-only">{t('stuck.reason')} </span>
            {work.reason}
          </p>
        )}
        {replayable && work.state === 'dead' && <Replay work={work} className="mt-3 sm:hidden" />}
      </div>
      {replayable && work.state === 'dead' && <Replay work={work} className="max-sm:hidden" />}
    </li>
  )
}
