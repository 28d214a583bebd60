import { cva, type VariantProps } from 'class-variance-authority'
import type { ComponentProps } from 'react'
import { cn } from '../cn'

const style = cva('inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs font-medium whitespace-nowrap [&_svg]:size-3.5 [&_svg]:shrink-0', {
  variants: {
    tone: {
      waiting: 'bg-waiting-tint text-waiting',
      progress: 'bg-progress-tint text-progress',
      done: 'bg-done-tint text-done',
      refused: 'bg-refused-tint text-refused',
      warning: 'bg-warning-tint text-warning',
      neutral: 'bg-neutral-tint text-neutral',
      brand: 'bg-brand-tint text-brand-ink',
    },
  },
  defaultVariants: { tone: 'neutral' },
})

export type Tone = NonNullable<VariantProps<typeof style>['tone']>

export function Badge({ tone, className, ...props }: ComponentProps<'span'> & { tone?: Tone }) {
  return <span className={cn(style({ tone }), className)} {...props} />
}
