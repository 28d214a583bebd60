// The test of every journey: people who are signed in, each in a browser of
// their own, and an eye on the console of all of them.
import { test as base, expect, type Browser, type BrowserContextOptions, type Page } from '@playwright/test'
import { person } from './run.ts'
import { Watch } from './watch.ts'

export { expect }

export interface Manner extends BrowserContextOptions {
  language?: 'de' | 'en' | 'profile' // of the portal; English unless said otherwise
  theme?: 'light' | 'dark'
}

interface Journey {
  watch: Watch
  as: (username: string, manner?: Manner) => Promise<Page> // a signed-in person's page
  stranger: (manner?: Manner) => Promise<Page> // nobody's page yet
}

type Session = NonNullable<Exclude<BrowserContextOptions['storageState'], string>>

interface Sessions {
  sessions: (username: string) => Promise<Session>
}

export const test = base.extend<Journey, Sessions>({
  // Signing in is played once a person and worker; its cookies do for the rest.
  sessions: [
    async ({ browser }, use) => {
      const kept = new Map<string, Promise<Session>>()
      await use((username) => {
        const session = kept.get(username) ?? signedIn(browser, username)
        kept.set(username, session)
        return session
      })
    },
    { scope: 'worker' },
  ],

  watch: async ({}, use) => {
    const watch = new Watch()
    await use(watch)
    expect(watch.complaints(), 'the console of every page').toEqual([])
  },

  stranger: async ({ browser, watch }, use) => {
    const closers: (() => Promise<void>)[] = []
    await use(async (manner = {}) => {
      const { language = 'en', theme, ...options } = manner
      const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...options })
      closers.push(() => context.close())
      await watch.over(context)
      await context.addInitScript(prefer, { 'dcm.language': language === 'profile' ? undefined : language, 'dcm.theme': theme })
      return context.newPage()
    })
    await Promise.all(closers.map((close) => close()))
  },

  as: async ({ sessions, stranger }, use) => {
    await use(async (username, manner = {}) => stranger({ ...manner, storageState: await sessions(username) }))
  },
})

// prefer runs in the page: it makes choices as if they had been made there
// before, once, so that the person can change them.
function prefer(choices: Record<string, string | undefined>) {
  for (const [key, value] of Object.entries(choices)) {
    if (value && localStorage.getItem(`chosen.${key}`) === null) localStorage.setItem(key, value)
    localStorage.setItem(`chosen.${key}`, 'yes')
  }
}

async function signedIn(browser: Browser, username: string): Promise<Session> {
  const context = await browser.newContext({ locale: 'en-GB' })
  const page = await context.newPage()
  await page.goto('/')
  await signIn(page, username)
  const session = await context.storageState()
  await context.close()
  // What the portal kept in this browser belongs to this browser.
  return { cookies: session.cookies, origins: [] }
}

// signIn goes from the portal's door through the issuer's page to the portal.
export async function signIn(page: Page, username: string) {
  const { password } = person(username)
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByLabel('User name or e-mail').fill(username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('banner')).toBeVisible()
}
