import type { ComponentProps } from 'react'
import { cn } from '../cn'
import { control } from './field'

export function Input({ className, ...props }: ComponentProps<'input'>) {
  return <input className={cn(control, 'h-9', className)} {...props} />
}

export function Textarea({ className, ...props }: ComponentProps<'textarea'>) {
  return <textarea className={cn(control, 'min-h-20 py-2 leading-relaxed', className)} {...props} />
}
