import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { expect, test } from '../support/journey.ts'
import { ask, medium, settled } from '../support/request.ts'
import { person } from '../support/run.ts'
import { turn } from '../support/theme.ts'
import { answered } from '../support/watch.ts'

// Nina is in the realm for this journey alone: she does not come back.
test('a person is erased and does not come back', async ({ as, stranger, api, watch }) => {
  test.setTimeout(180_000)
  const nina = person('nina.falk')
  const hers = await as('nina.falk')
  const office = await api('nina.falk')
  const built = await ask(office, { ...medium('legacy'), size: 'S', justification: 'Nina needs it herself.' })
  await settled(office, built.id, 'ready')
  const waiting = await ask(office, medium('pending'))
  await settled(office, waiting.id, 'waiting')
  await hers.goto('/')
  await expect(hers.getByRole('banner')).toBeVisible()

  const martin = await as('martin.weiss')
  await martin.goto('/audit/people')
  await martin.getByRole('searchbox', { name: 'Search by name, address or id' }).fill('falk')
  const row = martin.getByRole('main').getByRole('listitem').filter({ hasText: nina.email })
  await expect(martin.getByRole('main').getByRole('listitem')).toHaveCount(1)
  await row.getByRole('button', { name: `Erase ${nina.name}` }).click()
  const dialog = martin.getByRole('dialog')
  await expect(dialog).toContainText('has a request that is not finished')
  await expect(dialog.getByRole('link', { name: waiting.name })).toHaveAttribute('href', `/requests/${waiting.id}`)
  await accessible(martin)
  await dialog.getByRole('button', { name: 'Close' }).last().click()

  const withdrawn = await office.post(`/api/v1/requests/${waiting.id}/withdrawal`, { data: {} })
  expect(withdrawn.ok()).toBe(true)
  await row.getByRole('button', { name: `Erase ${nina.name}` }).click()
  await expect(dialog).toContainText('One machine, without an owner')
  for (const theme of ['light', 'dark'] as const) {
    await turn(martin, theme)
    await accessible(martin)
  }
  await dialog.getByLabel(`To confirm, type ${nina.name}`).fill('Nina')
  await dialog.getByRole('button', { name: 'Erase for ever' }).click()
  await expect(dialog.getByRole('alert')).toContainText(`That is not ${nina.name}.`)
  await dialog.getByLabel(`To confirm, type ${nina.name}`).fill(nina.name)
  await dialog.getByRole('button', { name: 'Erase for ever' }).click()
  await expect(dialog).toBeHidden()
  await expect(martin.getByText('Nobody in this view'), 'nothing finds her by name').toBeVisible()

  await martin.goto(`/requests/${built.id}`)
  await expect(martin.getByText('Erased person asked for').first()).toBeVisible()
  await expect(martin.getByText(nina.name)).toHaveCount(0)
  await expect(martin.getByText('Nina needs it herself.')).toHaveCount(0)
  await martin.goto('/audit?type=io.dcm.person.erased.v1')
  await expect(martin.getByRole('row').filter({ hasText: 'Person erased' }).filter({ hasText: person('martin.weiss').name })).toHaveCount(1)
  const phone = await as('martin.weiss', { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, language: 'de' })
  await phone.goto('/audit/people?state=erased')
  await expect(phone.getByText('Gelöschte Person')).toHaveCount(1)
  await accessible(phone)
  expect(await phone.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 'it fits a phone').toBeLessThanOrEqual(0)

  watch.expect(answered(401, '/api/v1/'))
  watch.expect(answered(403, '/auth/callback'))
  await hers.reload()
  await expect(hers.getByRole('link', { name: 'Sign in' }), 'her session has ended').toBeVisible()
  const again = await stranger()
  await again.goto('/')
  await again.getByRole('link', { name: 'Sign in' }).click()
  await again.getByLabel('User name or e-mail').fill(nina.username)
  await again.getByLabel('Password').fill(nina.password)
  await again.getByRole('button', { name: 'Sign in' }).click()
  await expect(again.getByText('Your personal data was erased.')).toBeVisible()
})

test('everybody takes away what DCM knows about them', async ({ as, api }) => {
  const jana = person('jana.vogel')
  const office = await api('jana.vogel')
  const wish = { ...medium('mine'), size: 'S' as const }
  const { id } = await ask(office, wish)
  await settled(office, id, 'ready')
  const page = await as('jana.vogel')
  await page.goto('/settings')
  const card = page.getByRole('region', { name: 'Your data' })
  const file = async (button: string) => {
    const [download] = await Promise.all([page.waitForEvent('download'), card.getByRole('button', { name: button, exact: true }).click()])
    return readFileSync(await download.path(), 'utf8')
  }
  const data = JSON.parse(await file('Data as JSON')) as { complete: boolean; profile: { email: string }[]; requests: { name: string; justification: string }[] }
  expect(data.complete).toBe(true)
  expect(data.profile[0]?.email).toBe(jana.email)
  expect(data.requests.find((r) => r.name === wish.name)?.justification).toBe(wish.justification)
  const text = await file('Data to read')
  expect(text).toContain('What DCM knows about a person')
  expect(text).toContain(wish.name)
  for (const other of ['anna.berg', 'martin.weiss']) expect(text).not.toContain(person(other).name)

  const clara = await as('clara.stein')
  await clara.goto('/audit/people')
  await expect(clara.getByRole('main').getByRole('listitem').first()).toBeVisible()
  await expect(clara.getByRole('main').getByRole('button', { name: /Erase|Data/ }), 'an auditor changes nothing').toHaveCount(0)
  const anna = await as('anna.berg')
  await anna.goto('/audit/people')
  await expect(anna.getByRole('heading', { name: 'This is not for you to see' })).toBeVisible()
})

async function accessible(page: Page) {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).setLegacyMode().analyze()
  expect(violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((n) => n.html).join('\n')}`)).toEqual([])
}
