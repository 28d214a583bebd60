import { useTranslation } from 'react-i18next'
import { cn } from '../cn'

export const Skeleton = ({ className }: { className?: string }) => <div className={cn('animate-pulse rounded-md bg-neutral-tint', className)} />

// ListSkeleton stands where rows will be.
export function ListSkeleton({ rows = 4, className }: { rows?: number; className?: string }) {
  const { t } = useTranslation()
  return (
    <div role="status" className={cn('divide-y divide-line', className)}>
      <span className="sr-only">{t('state.loading')}</span>
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} className="flex items-center gap-4 px-5 py-4">
          <Skeleton className="size-9 rounded-full" />
          <div className="flex-1 space-y-2">
            <Skeleton className="h-3.5 w-2/5" />
            <Skeleton className="h-3 w-3/5" />
          </div>
          <Skeleton className="h-5 w-20 rounded-full" />
        </div>
      ))}
    </div>
  )
}
