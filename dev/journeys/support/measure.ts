import { test } from '@playwright/test'

// measured writes down what was measured: in the report, and on the terminal.
export function measured(what: string, value: string) {
  test.info().annotations.push({ type: 'measured', description: `${what}: ${value}` })
  console.log(`      ${what}: ${value}`)
}

export const ms = (n: number): string => `${Math.round(n)} ms`
