import { CloudOff, LockKeyhole, RotateCw, SearchX, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { ApiError, isStatus } from '@/api/problem'
import { Button } from './ui/button'

function kindOf(error: unknown) {
  if (isStatus(error, 0)) return { icon: CloudOff, key: 'unreachable' } as const
  if (isStatus(error, 403)) return { icon: LockKeyhole, key: 'forbidden' } as const
  if (isStatus(error, 404)) return { icon: SearchX, key: 'missing' } as const
  return { icon: TriangleAlert, key: 'broken' } as const
}

interface Props {
  error: unknown
  retry?: () => void
  screen?: boolean // whether it stands for a whole screen, and so is its heading
}

// Failure stands where a view could not be loaded: what happened and what to do.
export function Failure({ error, retry, screen }: Props) {
  const Title = screen ? 'h1' : 'p'
  const { t } = useTranslation()
  const { icon: Icon, key } = kindOf(error)
  const instance = error instanceof ApiError ? error.problem.instance : undefined
  return (
    <div role="alert" className="flex flex-col items-center px-6 py-14 text-center">
      <span className="mb-4 grid size-12 place-items-center rounded-full bg-warning-tint text-warning">
        <Icon className="size-6" aria-hidden />
      </span>
      <Title className="text-[15px] font-semibold">{t(`failure.${key}.title`)}</Title>
      <p className="mt-1 max-w-sm text-soft">{t(`failure.${key}.text`)}</p>
      {key === 'broken' && instance && <p className="mt-2 font-mono text-xs text-soft">{instance}</p>}
      {retry && key !== 'forbidden' && (
        <Button variant="secondary" className="mt-5" onClick={retry}>
          <RotateCw aria-hidden />
          {t('action.tryAgain')}
        </Button>
      )}
    </div>
  )
}
