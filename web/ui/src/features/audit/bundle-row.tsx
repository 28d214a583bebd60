import { useMutation } from '@tanstack/react-query'
import { CircleCheck, Download, LoaderCircle, LockKeyhole, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { linkBundle } from '@/api/audit'
import type { Bundle } from '@/api/types'
import { CopyButton } from '@/components/copy-button'
import { Time } from '@/components/time'
import { toast } from '@/components/toast'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { useLocale } from '@/format/locale'
import { bytes, count } from '@/format/number'
import { clock, date } from '@/format/time'
import { nameOf } from '@/modules/person'

const looks = {
  requested: { tone: 'progress', icon: LoaderCircle },
  ready: { tone: 'done', icon: CircleCheck },
  failed: { tone: 'refused', icon: TriangleAlert },
} as const

export function BundleRow({ bundle }: { bundle: Bundle }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const { tone, icon: Icon } = looks[bundle.state]
  // The period ends before "to"; people say the last day that belongs to it.
  const last = new Date(new Date(bundle.to).getTime() - 1)
  const period = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).formatRange(new Date(bundle.from), last)
  return (
    <li className="flex flex-wrap items-start gap-x-6 gap-y-3 px-5 py-4">
      <div className="min-w-60 flex-1">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="font-semibold">{period}</span>
          <Badge tone={tone}>
            <Icon aria-hidden className={bundle.state === 'requested' ? 'animate-spin' : ''} />
            {t(`bundles.${bundle.state}`)}
          </Badge>
        </p>
        <p className="mt-1 text-[13px] text-soft">
          {bundle.state === 'ready' && `${t('bundles.facts', { count: bundle.facts, n: count(bundle.facts, locale) })} · ${bytes(bundle.bytes, locale)} · `}
          {t('bundles.by', { name: nameOf(bundle.requested_by, t) })} · <Time at={bundle.requested_at} />
        </p>
        {bundle.detail && <p className="mt-1 text-[13px] text-refused">{bundle.detail}</p>}
        {bundle.sha256 && (
          <p className="mt-1 flex items-center gap-1 text-xs text-soft">
            <span>{t('bundles.checksum')}</span>
            <span className="truncate font-mono max-sm:max-w-40" title={bundle.sha256}>
              {bundle.sha256}
            </span>
            <CopyButton text={bundle.sha256} label={t('action.copy', { what: t('bundles.checksum') })} />
          </p>
        )}
        {bundle.locked_until && (
          <p className="flex items-center gap-1.5 text-xs text-soft">
            <LockKeyhole className="size-3.5" aria-hidden />
            {t('bundles.locked', { date: date(new Date(bundle.locked_until), locale) })}
          </p>
        )}
      </div>
      {bundle.state === 'ready' && <DownloadButton id={bundle.id} />}
    </li>
  )
}

// The link is made when it is wanted, because it expires and is recorded.
function DownloadButton({ id }: { id: string }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const link = useMutation({
    mutationFn: () => linkBundle(id),
    onSuccess: ({ url, expires_at }) => {
      toast(t('bundles.downloading', { when: clock(new Date(expires_at), locale) }))
      const anchor = document.createElement('a')
      anchor.href = url
      anchor.download = ''
      anchor.rel = 'noopener'
      anchor.click()
    },
    onError: (error) => toast(t('failure.action', { detail: error.message }), 'refused'),
  })
  return (
    <Button variant="secondary" busy={link.isPending} onClick={() => link.mutate()}>
      {!link.isPending && <Download aria-hidden />}
      {t('bundles.download')}
    </Button>
  )
}
