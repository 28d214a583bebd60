import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { VM } from '@/api/types'
import { CopyButton } from '@/components/copy-button'
import { Money } from '@/components/money'
import { useLocale } from '@/format/locale'
import { date } from '@/format/time'
import { OSIcon } from '@/modules/os-icon'
import { nameOf } from '../person'
import { PowerBadge } from './power'

// VMRow is one line of a list of machines.
export function VMRow({ vm, compact, owner }: { vm: VM; compact?: boolean; owner?: boolean }) {
  const { t } = useTranslation()
  const locale = useLocale()
  return (
    <li className="relative flex items-center gap-4 px-5 py-4 transition-colors hover:bg-hover">
      <span className="grid size-9 shrink-0 place-items-center rounded-lg bg-sunken text-soft max-sm:hidden">
        <OSIcon os={vm.os} className="size-[18px]" />
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <Link to={`/vms/${vm.id}`} className="font-semibold after:absolute after:inset-0 after:content-['']">
            {vm.name}
          </Link>
          <span className="text-[13px] text-soft">{vm.project}</span>
          {owner && <span className="text-[13px] text-soft">{t('requests.by', { name: nameOf(vm.owner, t) })}</span>}
        </p>
        <p className="flex items-center text-[13px] text-soft">
          {vm.address ? (
            <>
              <span className="font-mono">{vm.address}</span>
              <span className="relative z-10 -my-1">
                <CopyButton text={vm.address} label={t('action.copy', { what: t('vms.address') })} />
              </span>
            </>
          ) : (
            t('vms.noAddress')
          )}
        </p>
      </div>
      {!compact && (
        <div className="hidden w-44 text-[13px] text-soft lg:block">
          <p>{t('hardware.short', { size: vm.size, vcpu: vm.vcpu, ram: vm.ram_gib })}</p>
          <p>
            <Money cents={vm.monthly_cents} currency={vm.currency} /> {t('money.perMonth')}
          </p>
        </div>
      )}
      <div className="flex shrink-0 flex-col items-end gap-1 text-right">
        <PowerBadge state={vm.power_state} />
        <span className="text-xs text-soft">{t('vms.until', { date: date(new Date(vm.lease_ends_at), locale) })}</span>
      </div>
    </li>
  )
}
