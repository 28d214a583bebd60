import { RotateCw } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { listStuck, replayStuck } from '@/api/stuck'
import type { StuckWork } from '@/api/types'
import { toast } from '@/components/toast'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { replayAll } from './replay-all'
import { useReplay } from './use-replay'
import { titleOf, workerOf } from './wording'

// Replay asks whether the cause is mended before it has one piece tried again.
export function Replay({ work, className }: { work: StuckWork; className?: string }) {
  const { t } = useTranslation()
  const [asking, setAsking] = useState(false)
  const what = titleOf(work, t)
  const replay = useReplay(() => replayStuck(work), () => toast(t('stuck.replayed', { what })))
  return (
    <>
      <Button variant="secondary" size="sm" className={className} onClick={() => setAsking(true)} aria-label={t('stuck.replayOne', { what })}>
        <RotateCw aria-hidden />
        {t('action.tryAgain')}
      </Button>
      <Dialog open={asking} onClose={() => setAsking(false)} heading={t('stuck.replayTitle')}>
        <p className="font-semibold">{what}</p>
        <p className="mt-1 text-soft">{t('stuck.replayText', { who: workerOf(work, t) })}</p>
        <Answers busy={replay.isPending} yes={t('action.tryAgain')} onNo={() => setAsking(false)} onYes={() => replay.mutate(undefined, { onSettled: () => setAsking(false) })} />
      </Dialog>
    </>
  )
}

// ReplayAll does the same for everything that was given up.
export function ReplayAll({ count }: { count: number }) {
  const { t } = useTranslation()
  const [asking, setAsking] = useState(false)
  const [progress, setProgress] = useState('')
  const replay = useReplay(
    () =>
      replayAll({ list: (cursor) => listStuck({ state: 'dead', cursor, limit: 200 }), replay: replayStuck }, (done, of) =>
        setProgress(t('stuck.progress', { n: done + 1, of })),
      ),
    (replayed) => toast(t('stuck.replayedAll', { count: replayed })),
  )
  const close = () => {
    setAsking(false)
    setProgress('')
  }
  return (
    <>
      <Button onClick={() => setAsking(true)}>
        <RotateCw aria-hidden />
        {t('stuck.replayAll')}
      </Button>
      <Dialog open={asking} onClose={close} heading={t('stuck.replayAllTitle', { count })}>
        <p className="text-soft">{t('stuck.replayAllText')}</p>
        <p role="status" className="mt-3 text-[13px] text-soft tabular-nums empty:hidden">
          {progress}
        </p>
        <Answers busy={replay.isPending} yes={t('stuck.replayAll')} onNo={close} onYes={() => replay.mutate(undefined, { onSettled: close })} />
      </Dialog>
    </>
  )
}

function Answers({ busy, yes, onYes, onNo }: { busy: boolean; yes: string; onYes: () => void; onNo: () => void }) {
  const { t } = useTranslation()
  return (
    <div className="mt-6 flex flex-wrap justify-end gap-2">
      <Button variant="secondary" onClick={onNo}>
        {t('action.cancel')}
      </Button>
      <Button busy={busy} onClick={onYes}>
        {yes}
      </Button>
    </div>
  )
}
