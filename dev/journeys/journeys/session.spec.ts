import { expect, test } from '../support/journey.ts'
import { run } from '../support/run.ts'
import { signIn } from '../support/sign-in.ts'
import { answered } from '../support/watch.ts'

test('language and theme are chosen in the header and stay', async ({ as }) => {
  const jana = await as('jana.vogel', { language: 'profile', colorScheme: 'light' })
  await jana.goto('/')
  const html = jana.locator('html')
  await expect(html, 'the profile speaks German').toHaveAttribute('lang', 'de')
  await expect(html).toHaveAttribute('data-theme', 'light')

  await jana.getByRole('button', { name: 'Sprache' }).click()
  await jana.getByRole('menuitemradio', { name: 'English' }).click()
  await expect(html).toHaveAttribute('lang', 'en')
  await expect(jana.getByRole('link', { name: 'My requests' }).first()).toBeVisible()
  await jana.getByRole('button', { name: 'Theme' }).click()
  await jana.getByRole('menuitemradio', { name: 'Dark' }).click()
  await expect(html).toHaveAttribute('data-theme', 'dark')

  await jana.goto('/settings')
  await expect(html).toHaveAttribute('lang', 'en')
  await expect(html).toHaveAttribute('data-theme', 'dark')
  await expect(jana.getByRole('radio', { name: 'English' })).toBeChecked()
  await expect(jana.getByRole('radio', { name: 'Dark' })).toBeChecked()
  await jana.getByRole('radio', { name: 'Deutsch' }).click()
  await expect(jana.getByRole('heading', { level: 1, name: 'Einstellungen' })).toBeVisible()
})

test('signing out ends the session here and at the issuer, and back shows nothing', async ({ stranger, watch }) => {
  watch.expect(answered(401, '/api/v1/'))
  const emma = await stranger()
  await emma.goto('/requests?show=ready')
  await expect(emma.getByRole('link', { name: 'Sign in' })).toBeVisible()
  await signIn(emma, 'emma.clark')
  await expect(emma, 'signing in leads to where one wanted to go').toHaveURL(/\/requests\?show=ready$/)

  await emma.getByRole('button', { name: 'Your account' }).click()
  await emma.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(emma.getByRole('link', { name: 'Sign in' })).toBeVisible()
  expect(new URL(emma.url()).origin).toBe(run.portal)

  await emma.goBack()
  await expect(emma.getByRole('link', { name: 'Sign in' })).toBeVisible()
  await expect(emma.getByRole('banner')).toBeHidden()

  await emma.getByRole('link', { name: 'Sign in' }).click()
  await expect(emma.getByLabel('Password'), 'the issuer asks again').toBeVisible()
})

test('a wrong password is refused in words, and the name is kept', async ({ stranger, watch }) => {
  watch.expect(answered(401, '/api/v1/'), answered(401, '/realms/'))
  const page = await stranger()
  await page.goto('/')
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByLabel('User name or e-mail').fill('emma.clark')
  await page.getByLabel('Password').fill('not this one')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert')).toHaveText('User name or password is wrong.')
  await expect(page.getByLabel('User name or e-mail')).toHaveValue('emma.clark')
})
