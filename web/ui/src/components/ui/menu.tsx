import { DropdownMenu } from 'radix-ui'
import type { ComponentProps } from 'react'
import { cn } from '../cn'

// Menus stay where they are opened, inside the landmark. They do not lock the
// page: the lock would need a style element, which the content security policy
// refuses.
export const Menu = (props: ComponentProps<typeof DropdownMenu.Root>) => <DropdownMenu.Root modal={false} {...props} />
export const MenuTrigger = DropdownMenu.Trigger
export const MenuGroup = DropdownMenu.RadioGroup

export function MenuContent({ className, ...props }: ComponentProps<typeof DropdownMenu.Content>) {
  return (
    <DropdownMenu.Content
      align="end"
      sideOffset={6}
      collisionPadding={8}
      className={cn('z-50 min-w-52 rounded-lg border border-line bg-surface p-1.5 shadow-float animate-fade', className)}
      {...props}
    />
  )
}

const item =
  'flex w-full cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-2 text-left text-sm text-ink outline-none select-none data-highlighted:bg-hover [&_svg]:size-4 [&_svg]:text-soft'

export function MenuItem({ className, ...props }: ComponentProps<typeof DropdownMenu.Item>) {
  return <DropdownMenu.Item className={cn(item, className)} {...props} />
}

export function MenuChoice({ className, ...props }: ComponentProps<typeof DropdownMenu.RadioItem>) {
  return <DropdownMenu.RadioItem className={cn(item, 'data-[state=checked]:font-medium data-[state=checked]:text-brand-ink data-[state=checked]:[&_svg]:text-brand-ink', className)} {...props} />
}

export function MenuLabel({ className, ...props }: ComponentProps<typeof DropdownMenu.Label>) {
  return <DropdownMenu.Label className={cn('px-2.5 pt-2 pb-1 text-xs font-medium text-soft', className)} {...props} />
}

export const MenuSeparator = () => <DropdownMenu.Separator className="my-1.5 h-px bg-line" />
