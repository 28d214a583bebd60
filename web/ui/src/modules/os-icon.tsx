import { AppWindow, SquareTerminal } from 'lucide-react'

export const isWindows = (os: string) => /^win/i.test(os)

// OSIcon tells Windows from everything that has a shell.
export function OSIcon({ os, className }: { os: string; className?: string }) {
  const Icon = isWindows(os) ? AppWindow : SquareTerminal
  return <Icon className={className} aria-hidden />
}
