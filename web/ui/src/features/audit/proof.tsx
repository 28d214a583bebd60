import { useMutation } from '@tanstack/react-query'
import { Download, Hourglass, ShieldAlert, ShieldCheck, ShieldQuestion, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { publicKeys, receiptOf } from '@/api/audit'
import { isStatus } from '@/api/problem'
import { save } from '@/components/save'
import { toast } from '@/components/toast'
import { Button } from '@/components/ui/button'
import { useLocale } from '@/format/locale'
import { count } from '@/format/number'
import { absolute } from '@/format/time'
import { ProofError } from '@/modules/proof/fault'
import { checkReceipt, type Proven } from '@/modules/proof/receipt'

async function prove(fact: string): Promise<Proven> {
  const [receipt, { keys }] = await Promise.all([receiptOf(fact), publicKeys()])
  return checkReceipt(
    receipt,
    fact,
    keys.map((k) => k.key),
  )
}

// Proof checks one record in the browser, and hands out what others check it by.
export function Proof({ fact }: { fact: string }) {
  const { t } = useTranslation()
  const check = useMutation({ mutationFn: () => prove(fact) })
  const download = useMutation({
    mutationFn: () => receiptOf(fact),
    onSuccess: (receipt) => save(new Blob([receipt], { type: 'application/json' }), `dcm-receipt-${fact}.json`),
    onError: (error) => toast(isStatus(error, 409) ? t('proof.pending') : t('failure.action', { detail: error.message }), 'refused'),
  })
  return (
    <section aria-labelledby="proof" className="grid grid-cols-1 gap-3">
      <div>
        <h3 id="proof" className="text-[13px] font-medium text-soft">
          {t('proof.title')}
        </h3>
        <p className="mt-0.5 text-[13px] text-soft">{t('proof.lead')}</p>
        <div role="status">
          {check.isSuccess && <Good proven={check.data} />}
          {check.isError && <Bad error={check.error} />}
        </div>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button size="sm" busy={check.isPending} onClick={() => check.mutate()}>
          {!check.isPending && <ShieldCheck aria-hidden />}
          {t('proof.check')}
        </Button>
        <Button variant="secondary" size="sm" busy={download.isPending} onClick={() => download.mutate()}>
          {!download.isPending && <Download aria-hidden />}
          {t('proof.download')}
        </Button>
      </div>
    </section>
  )
}

function Good({ proven: { checkpoint, place } }: { proven: Proven }) {
  const { t } = useTranslation()
  const locale = useLocale()
  return (
    <Verdict icon={ShieldCheck} look="bg-done-tint text-done" title={t('proof.proven')}>
      <p>{t('proof.place', { place: count(place, locale), size: count(checkpoint.size, locale) })}</p>
      <p>{t('proof.signed', { at: absolute(new Date(checkpoint.at), locale), key: checkpoint.key })}</p>
      {checkpoint.lost > 0 && <p>{t('proof.lost', { count: checkpoint.lost, n: count(checkpoint.lost, locale) })}</p>}
      <p className="mt-2">{t('proof.trust')}</p>
    </Verdict>
  )
}

function Bad({ error }: { error: Error }) {
  const { t } = useTranslation()
  if (error instanceof ProofError) {
    const unknown = error.fault === 'keyless' || error.fault === 'unsupported'
    return (
      <Verdict
        icon={unknown ? ShieldQuestion : ShieldAlert}
        look={unknown ? 'bg-warning-tint text-warning' : 'bg-refused-tint text-refused'}
        title={t(`proof.fault.${error.fault}`)}
      />
    )
  }
  if (isStatus(error, 409)) return <Verdict icon={Hourglass} look="bg-warning-tint text-warning" title={t('proof.pending')} />
  return <Verdict icon={ShieldQuestion} look="bg-warning-tint text-warning" title={t('failure.action', { detail: error.message })} />
}

function Verdict({ icon: Icon, look, title, children }: { icon: LucideIcon; look: string; title: string; children?: ReactNode }) {
  return (
    <div className={`mt-3 flex gap-3 rounded-md p-3 text-[13px] ${look}`}>
      <Icon className="mt-0.5 size-5 shrink-0" aria-hidden />
      <div>
        <p className="font-semibold">{title}</p>
        {children}
      </div>
    </div>
  )
}
