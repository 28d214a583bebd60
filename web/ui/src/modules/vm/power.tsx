import { Pause, Play, Power, CircleHelp, type LucideIcon } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Badge, type Tone } from '@/components/ui/badge'

type PowerState = 'on' | 'off' | 'suspended' | 'unknown'

const looks: Record<PowerState, { tone: Tone; icon: LucideIcon }> = {
  on: { tone: 'done', icon: Play },
  off: { tone: 'neutral', icon: Power },
  suspended: { tone: 'warning', icon: Pause },
  unknown: { tone: 'neutral', icon: CircleHelp },
}

// powerOf reads the hypervisor's word for it: poweredOn, powered_on, on.
export function powerOf(state: string): PowerState {
  const word = state.toLowerCase().replace(/^powered[_-]?/, '')
  return word === 'on' || word === 'off' || word === 'suspended' ? word : 'unknown'
}

export function PowerBadge({ state }: { state: string }) {
  const { t } = useTranslation()
  const power = powerOf(state)
  const { tone, icon: Icon } = looks[power]
  return (
    <Badge tone={tone}>
      <Icon aria-hidden />
      {t(`power.${power}`)}
    </Badge>
  )
}
