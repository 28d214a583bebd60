import { cva, type VariantProps } from 'class-variance-authority'
import { LoaderCircle } from 'lucide-react'
import { Slot } from 'radix-ui'
import type { ComponentProps } from 'react'
import { cn } from '../cn'

export const buttonStyle = cva(
  'inline-flex shrink-0 items-center justify-center gap-2 rounded-md text-sm font-medium whitespace-nowrap select-none transition-colors disabled:pointer-events-none disabled:opacity-55 aria-disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0',
  {
    variants: {
      variant: {
        primary: 'bg-brand text-on-brand hover:bg-brand-hover shadow-card',
        secondary: 'bg-surface text-ink border border-field/60 hover:bg-hover shadow-card',
        ghost: 'text-ink hover:bg-hover',
        quiet: 'text-soft hover:bg-hover hover:text-ink',
        danger: 'bg-danger text-on-danger hover:bg-danger-hover shadow-card',
        refuse: 'bg-surface text-refused border border-refused/40 hover:bg-refused-tint shadow-card',
        link: 'text-brand-ink underline-offset-4 hover:underline',
      },
      size: {
        md: 'h-9 px-4',
        sm: 'h-8 px-3 text-[13px]',
        lg: 'h-11 px-6 text-[15px]',
        icon: 'size-9',
        'icon-sm': 'size-8',
        bare: '',
      },
    },
    defaultVariants: { variant: 'primary', size: 'md' },
  },
)

type Props = ComponentProps<'button'> & VariantProps<typeof buttonStyle> & { asChild?: boolean; busy?: boolean }

export function Button({ asChild, busy, className, variant, size, children, disabled, ...props }: Props) {
  const classes = cn(buttonStyle({ variant, size }), className)
  if (asChild) {
    return (
      <Slot.Root className={classes} {...props}>
        {children}
      </Slot.Root>
    )
  }
  return (
    <button type="button" className={classes} disabled={disabled ?? busy} aria-busy={busy} {...props}>
      {busy && <LoaderCircle className="animate-spin" aria-hidden />}
      {children}
    </button>
  )
}
