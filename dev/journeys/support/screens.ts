// Every screen of the portal, with something on it, for those who look at all of
// them.
import { expect, type APIRequestContext, type Locator, type Page } from '@playwright/test'
import { ask, decide, medium, settled } from './request.ts'

// A Scene is what has happened before the screens are looked at.
export interface Scene {
  waiting: string
  rejected: string
  ready: string
  vm: string
}

export interface Screen {
  name: string
  who: string | null // null: nobody is signed in
  path: (scene: Scene) => string
  settled: (page: Page) => Locator // what is there when the screen is
  open?: (page: Page) => Promise<void> // what is opened on top of it
}

type Api = (username: string) => Promise<APIRequestContext>

export async function arrange(api: Api): Promise<Scene> {
  const office = await api('jana.vogel')
  const [waiting, rejected, ready] = await Promise.all([
    ask(office, { ...medium('checkout-load'), size: 'L' }),
    ask(office, { ...medium('render-farm'), project: 'Marketing', size: 'XL', template: 'Debian 12' }),
    ask(office, { ...medium('wiki'), project: 'Intranet', size: 'S' }),
  ])
  await settled(office, rejected.id, 'waiting')
  await decide(await api('anna.berg'), rejected.id, 'reject', 'The size is larger than the purpose needs. Please ask for a smaller one.')
  await settled(office, waiting.id, 'waiting')
  const { vm_id } = await settled(office, ready.id, 'ready')
  return { waiting: waiting.id, rejected: rejected.id, ready: ready.id, vm: vm_id ?? '' }
}

const heading = (page: Page) => page.getByRole('heading', { level: 1 })
const rows = (page: Page) => page.getByRole('main').getByRole('listitem').first()
const dialog = (page: Page) => page.getByRole('dialog')
const timeline = (page: Page) => page.locator('#history ~ * li, section:has(#history) li').first()

export const screens: Screen[] = [
  { name: 'home', who: 'jana.vogel', path: () => '/', settled: rows },
  { name: 'home of a newcomer', who: 'oliver.reed', path: () => '/', settled: (page) => page.locator('#guide') },
  { name: 'home of an approver', who: 'anna.berg', path: () => '/', settled: rows },
  { name: 'request form', who: 'jana.vogel', path: () => '/requests/new', settled: (page) => page.getByRole('radio').first() },
  {
    name: 'request form with complaints',
    who: 'jana.vogel',
    path: () => '/requests/new',
    settled: (page) => page.getByRole('radio').first(),
    open: async (page) => {
      await page.locator('main button[type=submit]').click()
      await page.getByRole('alert').nth(3).waitFor()
    },
  },
  { name: 'edit and resubmit', who: 'jana.vogel', path: ({ rejected }) => `/requests/new?from=${rejected}`, settled: (page) => page.getByRole('radio').first() },
  { name: 'requests', who: 'jana.vogel', path: () => '/requests', settled: rows },
  { name: 'requests of everyone', who: 'clara.stein', path: () => '/requests?scope=all', settled: rows },
  { name: 'no request fits', who: 'jana.vogel', path: () => '/requests?q=there-is-no-such-thing', settled: heading },
  { name: 'request that waits', who: 'jana.vogel', path: ({ waiting }) => `/requests/${waiting}`, settled: timeline },
  {
    name: 'withdraw',
    who: 'jana.vogel',
    path: ({ waiting }) => `/requests/${waiting}`,
    settled: timeline,
    open: async (page) => {
      await page.getByRole('main').getByRole('button').first().click()
      await dialog(page).waitFor()
    },
  },
  { name: 'request rejected', who: 'jana.vogel', path: ({ rejected }) => `/requests/${rejected}`, settled: timeline },
  { name: 'request ready', who: 'jana.vogel', path: ({ ready }) => `/requests/${ready}`, settled: timeline },
  { name: 'approvals', who: 'anna.berg', path: () => '/approvals', settled: rows },
  { name: 'approval', who: 'anna.berg', path: ({ waiting }) => `/approvals/${waiting}`, settled: (page) => page.locator('#decision') },
  {
    name: 'reject',
    who: 'anna.berg',
    path: ({ waiting }) => `/approvals/${waiting}`,
    settled: (page) => page.locator('#decision'),
    open: async (page) => {
      await page.locator('#decision').waitFor()
      await page.keyboard.press('r')
      await dialog(page).waitFor()
    },
  },
  { name: 'nothing to approve', who: 'sarah.hughes', path: () => '/approvals', settled: heading },
  { name: 'machines', who: 'jana.vogel', path: () => '/vms', settled: rows },
  { name: 'machine', who: 'jana.vogel', path: ({ vm }) => `/vms/${vm}`, settled: (page) => page.locator('#connect') },
  { name: 'nothing is stuck', who: 'james.ward', path: () => '/stuck', settled: heading },
  { name: 'audit facts', who: 'clara.stein', path: () => '/audit', settled: (page) => page.getByRole('row').nth(1) },
  {
    name: 'audit record',
    who: 'clara.stein',
    path: ({ ready }) => `/audit?object=${ready}`,
    settled: (page) => page.getByRole('row').nth(1),
    open: async (page) => {
      await page.getByRole('row').nth(1).getByRole('button').click()
      await dialog(page).waitFor()
      const receipt = `/api/v1/audit/facts/${new URL(page.url()).searchParams.get('record')}/receipt`
      await expect.poll(async () => (await page.request.get(receipt)).status(), { message: 'a checkpoint comes with a tick', timeout: 60_000 }).toBe(200)
      await dialog(page).locator('section[aria-labelledby=proof] button').first().click()
      await dialog(page).locator('section[aria-labelledby=proof] [role=status] p').first().waitFor()
    },
  },
  { name: 'bundles', who: 'clara.stein', path: () => '/audit/bundles', settled: (page) => page.locator('#bundles') },
  { name: 'people', who: 'martin.weiss', path: () => '/audit/people', settled: rows },
  { name: 'people of an auditor', who: 'clara.stein', path: () => '/audit/people', settled: rows },
  { name: 'nobody fits', who: 'martin.weiss', path: () => '/audit/people?q=there-is-nobody', settled: heading },
  ...['kira.zeisig', 'jana.vogel'].map((username) => ({
    name: username === 'jana.vogel' ? 'erase with requests open' : 'erase',
    who: 'martin.weiss',
    path: () => `/audit/people?q=${username}`,
    settled: rows,
    open: async (page: Page) => {
      await rows(page).getByRole('button').last().click()
      await dialog(page).getByRole('listitem').first().waitFor()
    },
  })),
  { name: 'settings', who: 'jana.vogel', path: () => '/settings', settled: heading },
  {
    name: 'notifications',
    who: 'jana.vogel',
    path: () => '/',
    settled: rows,
    open: async (page) => {
      await page.getByRole('banner').locator('button[aria-haspopup=dialog]').click()
      await dialog(page).getByRole('listitem').first().waitFor()
    },
  },
  {
    name: 'palette',
    who: 'jana.vogel',
    path: () => '/',
    settled: rows,
    open: async (page) => {
      await page.keyboard.press('Control+k')
      await page.getByRole('option').first().waitFor()
    },
  },
  {
    name: 'account menu',
    who: 'jana.vogel',
    path: () => '/settings',
    settled: heading,
    open: async (page) => {
      await page.getByRole('banner').locator('button[aria-haspopup=menu]').last().click()
      await page.getByRole('menu').waitFor()
    },
  },
  { name: 'not found', who: 'jana.vogel', path: () => '/nowhere', settled: heading },
  { name: 'not for you', who: 'jana.vogel', path: () => '/approvals', settled: heading },
  { name: 'signed out', who: null, path: () => '/', settled: (page) => page.locator('a[href^="/auth/login"]') },
  { name: 'sign-in at the issuer', who: null, path: () => '/auth/login', settled: (page) => page.locator('#password') },
]
