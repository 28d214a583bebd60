// The test of every journey: people who are signed in, each in a browser of
// their own, and an eye on the console of all of them.
import { test as base, expect, type APIRequestContext, type Browser, type BrowserContextOptions, type Page } from '@playwright/test'
import { run } from './run.ts'
import { signIn } from './sign-in.ts'
import { Watch } from './watch.ts'

export { expect }

export interface Manner extends BrowserContextOptions {
  language?: 'de' | 'en' | 'profile' // of the portal; English unless said otherwise
}

interface Journey {
  watch: Watch
  as: (username: string, manner?: Manner) => Promise<Page> // a signed-in person's page
  stranger: (manner?: Manner) => Promise<Page> // the page of nobody in particular
}

interface Arrangement {
  sessions: (username: string) => Promise<Session>
  api: (username: string) => Promise<APIRequestContext> // what is not the journey's subject is done there
}

type Session = Exclude<BrowserContextOptions['storageState'], string | undefined>['cookies']

export const test = base.extend<Journey, Arrangement>({
  // Signing in is played once a person and worker; its cookies do for the rest.
  sessions: [
    async ({ browser }, use) => {
      const kept = new Map<string, Promise<Session>>()
      await use((username) => {
        const session = kept.get(username) ?? open(browser, username)
        kept.set(username, session)
        return session
      })
    },
    { scope: 'worker' },
  ],

  api: [
    async ({ playwright, sessions }, use) => {
      const opened: APIRequestContext[] = []
      await use(async (username) => {
        const context = await playwright.request.newContext({
          baseURL: run.portal,
          storageState: { cookies: await sessions(username), origins: [] },
          extraHTTPHeaders: { 'x-dcm-request': '1' },
        })
        opened.push(context)
        return context
      })
      await Promise.all(opened.map((context) => context.dispose()))
    },
    { scope: 'worker' },
  ],

  // Playwright wants to see which fixtures are used; this one needs none.
  // eslint-disable-next-line no-empty-pattern
  watch: async ({}, use) => {
    const watch = new Watch()
    await use(watch)
    expect(watch.complaints(), 'nothing goes wrong in the console of any page').toEqual([])
  },

  stranger: async ({ browser, watch }, use) => {
    const closers: (() => Promise<void>)[] = []
    await use(async ({ language = 'en', storageState = { cookies: [], origins: [] }, ...options } = {}) => {
      if (typeof storageState === 'string') throw new Error('cookies are given, not read from a file')
      const context = await browser.newContext({
        baseURL: run.portal,
        locale: 'en-GB',
        timezoneId: 'Europe/Berlin',
        reducedMotion: 'reduce',
        storageState: { ...storageState, origins: chosen(language) },
        ...options,
      })
      closers.push(() => context.close())
      await watch.over(context)
      return context.newPage()
    })
    await Promise.all(closers.map((close) => close()))
  },

  as: async ({ sessions, stranger }, use) => {
    await use(async (username, manner = {}) => stranger({ ...manner, storageState: { cookies: await sessions(username), origins: [] } }))
  },
})

// chosen is what the portal remembers of an earlier choice in this browser.
function chosen(language: 'de' | 'en' | 'profile') {
  if (language === 'profile') return []
  return [{ origin: run.portal, localStorage: [{ name: 'dcm.language', value: language }] }]
}

async function open(browser: Browser, username: string): Promise<Session> {
  const context = await browser.newContext({ baseURL: run.portal, locale: 'en-GB' })
  const page = await context.newPage()
  await page.goto('/')
  await signIn(page, username)
  const { cookies } = await context.storageState()
  await context.close()
  return cookies
}
