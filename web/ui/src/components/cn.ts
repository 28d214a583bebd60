import { clsx, type ClassValue } from 'clsx'
import { twMerge } from 'tailwind-merge'

// cn joins class names; a later one wins over an earlier one of its kind.
export const cn = (...classes: ClassValue[]) => twMerge(clsx(classes))
