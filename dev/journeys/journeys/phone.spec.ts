import type { Page } from '@playwright/test'
import { expect, test } from '../support/journey.ts'
import { fillIn, medium } from '../support/request.ts'

const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }

test('on a phone one asks, decides and connects', async ({ as }) => {
  const jana = await as('jana.vogel', phone)
  const anna = await as('anna.berg', phone)
  const wish = medium('phone')

  await jana.goto('/')
  await fits(jana)
  await jana.getByRole('link', { name: /Request (a|your first) VM/ }).first().tap()
  await fillIn(jana, wish)
  await fits(jana)
  await jana.getByRole('button', { name: 'Send the request' }).tap()
  await expect(jana.getByText(/^Waiting for .+, due/)).toBeVisible()
  await fits(jana)

  await anna.goto('/')
  const bar = anna.getByRole('navigation', { name: 'Main navigation' })
  await bar.getByRole('link', { name: /^Approvals/ }).tap()
  await fits(anna)
  await anna.getByRole('region', { name: 'Queue' }).getByRole('link', { name: wish.name }).tap()
  await fits(anna)
  await expect(anna.getByRole('region', { name: 'Queue' }), 'the request has the screen to itself').toBeHidden()
  await anna.getByRole('link', { name: 'Back to the queue' }).tap()
  await anna.getByRole('region', { name: 'Queue' }).getByRole('link', { name: wish.name }).tap()
  await anna.getByRole('button', { name: 'Approve' }).tap()

  await jana.getByRole('link', { name: 'Open the VM' }).tap()
  await expect(jana.getByRole('button', { name: 'Copy IP address' })).toBeVisible()
  await fits(jana)

  await jana.getByRole('button', { name: 'More' }).tap()
  await jana.getByRole('dialog').getByRole('link', { name: 'Settings' }).tap()
  await expect(jana.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible()
  await fits(jana)
})

test('no screen is wider than a phone', async ({ as }) => {
  const screens = {
    'jana.vogel': ['/', '/requests', '/requests/new', '/vms', '/settings', '/nowhere'],
    'anna.berg': ['/', '/approvals'],
    'clara.stein': ['/audit', '/audit/bundles', '/requests?scope=all'],
    'martin.weiss': ['/stuck'],
  }
  for (const language of ['en', 'de'] as const) {
    for (const [username, paths] of Object.entries(screens)) {
      const page = await as(username, { ...phone, language })
      for (const path of paths) {
        await page.goto(path)
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
        await fits(page)
      }
    }
  }
})

// fits fails if the page can be pushed sideways, and says what sticks out.
async function fits(page: Page) {
  const { wide, culprits } = await page.evaluate(() => {
    const width = document.documentElement.clientWidth
    const outside = [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > width + 1)
    return { wide: document.documentElement.scrollWidth - width, culprits: outside.slice(0, 3).map((e) => e.outerHTML.slice(0, 120)) }
  })
  expect(wide, `${page.url()} is wider than the screen: ${culprits.join('\n')}`).toBeLessThanOrEqual(0)
}
