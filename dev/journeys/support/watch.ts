// Nothing may go wrong in the console of a page, on any journey. What a journey
// provokes on purpose it announces.
import type { BrowserContext, ConsoleMessage, Page } from '@playwright/test'

export class Watch {
  private readonly expected: RegExp[] = []
  private readonly seen: string[] = []

  // expect says that a message which matches belongs to the journey.
  expect(...messages: RegExp[]) {
    this.expected.push(...messages)
  }

  async over(context: BrowserContext) {
    await context.exposeFunction('reportViolation', (text: string) => this.seen.push(text))
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (e) => {
        const report = (window as unknown as { reportViolation: (text: string) => void }).reportViolation
        report(`content security policy: ${e.violatedDirective} refuses ${e.blockedURI} at ${e.sourceFile}:${e.lineNumber} on ${location.pathname}`)
      })
    })
    context.on('page', (page) => this.overPage(page))
  }

  private overPage(page: Page) {
    page.on('console', (message) => {
      if (message.type() === 'error') this.seen.push(`console: ${message.text()} ${place(message)} on ${pathOf(page)}`)
    })
    page.on('pageerror', (error) => this.seen.push(`uncaught: ${error.stack ?? error.message} on ${pathOf(page)}`))
  }

  // complaints are what nobody expected.
  complaints(): string[] {
    return this.seen.filter((text) => !this.expected.some((pattern) => pattern.test(text)))
  }
}

const place = (message: ConsoleMessage) => `(${message.location().url})`
const pathOf = (page: Page) => new URL(page.url(), 'http://none').pathname

// The browser itself says so whenever an answer is not a success.
export const answered = (status: number, path: string) => new RegExp(`status of ${status} .*${path}`)
