import { RadioGroup } from 'radix-ui'
import type { ComponentProps } from 'react'
import { cn } from '../cn'

export const RadioCards = ({ className, ...props }: ComponentProps<typeof RadioGroup.Root>) => (
  <RadioGroup.Root className={cn('grid gap-3', className)} {...props} />
)

export function RadioCard({ className, ...props }: ComponentProps<typeof RadioGroup.Item>) {
  return (
    <RadioGroup.Item
      className={cn(
        'group relative cursor-pointer rounded-lg border border-field/60 bg-surface p-4 text-left shadow-card transition-colors hover:border-brand hover:bg-brand-wash data-[state=checked]:border-brand data-[state=checked]:bg-brand-wash data-[state=checked]:ring-1 data-[state=checked]:ring-brand',
        className,
      )}
      {...props}
    />
  )
}

// A row of a few short choices.
export function Segments({ className, ...props }: ComponentProps<typeof RadioGroup.Root>) {
  return <RadioGroup.Root className={cn('flex flex-wrap gap-1 rounded-lg bg-sunken p-1', className)} {...props} />
}

export function Segment({ className, ...props }: ComponentProps<typeof RadioGroup.Item>) {
  return (
    <RadioGroup.Item
      className={cn(
        'flex min-h-8 flex-1 cursor-pointer items-center justify-center gap-2 rounded-md px-3 py-1 text-[13px] font-medium whitespace-nowrap text-soft transition-colors hover:text-ink data-[state=checked]:bg-surface data-[state=checked]:text-ink data-[state=checked]:shadow-card [&_svg]:size-4',
        className,
      )}
      {...props}
    />
  )
}
