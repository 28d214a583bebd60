import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { breakInbox, givenUp, mendInbox } from '../support/broken.ts'
import { expect, test } from '../support/journey.ts'
import { measured, ms } from '../support/measure.ts'
import { ask, medium, settled } from '../support/request.ts'
import { person } from '../support/run.ts'
import { turn } from '../support/theme.ts'

const rowsAbout = (page: Page, name: string) => page.getByRole('main').getByRole('listitem').filter({ hasText: name })

test('what a function has given up is tried again by an administrator', async ({ as, api }) => {
  test.setTimeout(180_000)
  const office = await api('jana.vogel')
  const martin = await as('martin.weiss')
  await martin.goto('/stuck')
  await expect(martin.getByRole('heading', { level: 1, name: 'Stuck work' })).toBeVisible()

  const wish = { ...medium('stuck'), size: 'S' as const }
  let request = ''
  let dead = 0
  await breakInbox(wish.name)
  try {
    request = (await ask(office, wish)).id
    await settled(office, request, 'ready') // nobody can be told; the machine is made all the same
    dead = await givenUp(request)
  } finally {
    await mendInbox(wish.name)
  }
  expect(dead, 'more than one message, so that one and all can be tried').toBeGreaterThan(1)

  const rows = rowsAbout(martin, wish.name)
  await expect(rows, 'they appear by themselves').toHaveCount(dead, { timeout: 30_000 })
  await expect(rows.first()).toContainText(`Telling people about “${wish.name}”`)
  await expect(rows.first()).toContainText('DCM (notifications) gave up after 10 attempts.')
  await expect(rows.first()).toContainText('violates check constraint')
  await expect(rows.first().getByRole('link', { name: 'Open the request' })).toHaveAttribute('href', `/requests/${request}`)
  const navigation = martin.getByRole('navigation', { name: 'Main navigation' })
  await expect(navigation.getByRole('link', { name: /^Stuck work, \d+$/ })).toBeVisible()

  for (const theme of ['light', 'dark'] as const) {
    await turn(martin, theme)
    await accessible(martin)
  }
  const phone = await as('martin.weiss', { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, language: 'de' })
  await phone.goto('/stuck')
  await expect(rowsAbout(phone, wish.name)).toHaveCount(dead)
  await accessible(phone)
  expect(await phone.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 'it fits a phone').toBeLessThanOrEqual(0)

  const clara = await as('clara.stein')
  await clara.goto('/stuck')
  await expect(rowsAbout(clara, wish.name)).toHaveCount(dead)
  await expect(clara.getByRole('main').getByRole('button', { name: /try/i }), 'an auditor changes nothing').toHaveCount(0)
  const james = await as('james.ward')
  await james.goto('/stuck')
  await expect(james.getByText('Nothing is stuck'), 'another customer has nothing to do with it').toBeVisible()

  await rows.first().getByRole('button', { name: /^Try again/ }).click()
  const dialog = martin.getByRole('dialog')
  await expect(dialog).toContainText('The audit log keeps that you asked for it.')
  await accessible(martin)
  const began = Date.now()
  await dialog.getByRole('button', { name: 'Try again' }).click()
  await expect(rows).toHaveCount(dead - 1)
  measured('replay confirmed to work done', ms(Date.now() - began))
  await expect(rowsAbout(clara, wish.name), 'live for whoever looks').toHaveCount(dead - 1)

  await martin.getByRole('button', { name: 'Try all again' }).click()
  await dialog.getByRole('button', { name: 'Try all again' }).click()
  await expect(rows).toHaveCount(0)

  await expect(async () => {
    const { items } = (await (await office.get('/api/v1/inbox?limit=200')).json()) as { items: { request_id: string | null }[] }
    expect(items.filter((item) => item.request_id === request).length).toBe(dead)
  }, 'everybody is told after all, once').toPass()
  await martin.goto('/audit?type=io.dcm.work.replayed.v1')
  await expect(martin.getByRole('row').filter({ hasText: 'Stuck work tried again' }).filter({ hasText: person('martin.weiss').name }).nth(dead - 1)).toBeVisible()
})

test('stuck work is not for everybody', async ({ as }) => {
  for (const username of ['jana.vogel', 'anna.berg']) {
    const page = await as(username)
    await page.goto('/stuck')
    await expect(page.getByRole('heading', { name: 'This is not for you to see' })).toBeVisible()
    await expect(page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name: 'Stuck work' })).toHaveCount(0)
  }
})

async function accessible(page: Page) {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).setLegacyMode().analyze()
  expect(violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((n) => n.html).join('\n')}`)).toEqual([])
}
