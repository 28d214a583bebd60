import { useTranslation } from 'react-i18next'
import type { VM } from '@/api/types'
import { CopyButton } from '@/components/copy-button'
import { Card, CardHeader } from '@/components/ui/card'
import { isWindows } from '@/modules/os-icon'

// Connect says where the machine is and how to get onto it.
export function Connect({ vm }: { vm: VM }) {
  const { t } = useTranslation()
  const windows = isWindows(vm.os)
  const command = windows ? `mstsc /v:${vm.address}` : `ssh ${vm.address}`
  return (
    <Card aria-labelledby="connect">
      <CardHeader id="connect" title={t('vm.connect')} />
      <div className="grid gap-5 px-5 pb-5">
        <div className="grid gap-5 sm:grid-cols-2">
          <Value name={t('vm.address')} text={vm.address || t('vms.noAddress')} copy={vm.address} large />
          <Value name={t('vm.hostname')} text={vm.hostname} copy={vm.hostname} />
        </div>
        {vm.address && (
          <div>
            <p className="mb-1.5 text-[13px] text-soft">{t(windows ? 'vm.connectRDP' : 'vm.connectSSH')}</p>
            <div className="flex items-center justify-between gap-2 rounded-md bg-sunken py-1.5 pr-1.5 pl-3.5">
              <code className="min-w-0 font-mono text-[13px] break-all">{command}</code>
              <CopyButton text={command} label={t('action.copy', { what: t('vm.command') })} />
            </div>
            <p className="mt-2 text-[13px] text-soft">{t('vm.connectHint')}</p>
          </div>
        )}
      </div>
    </Card>
  )
}

function Value({ name, text, copy, large }: { name: string; text: string; copy: string; large?: boolean }) {
  const { t } = useTranslation()
  return (
    <div>
      <p className="text-[13px] text-soft">{name}</p>
      <p className="flex min-h-8 items-center gap-1">
        <span className={large ? 'font-mono text-lg font-semibold' : 'font-mono text-sm'}>{text}</span>
        {copy && <CopyButton text={copy} label={t('action.copy', { what: name })} />}
      </p>
    </div>
  )
}
