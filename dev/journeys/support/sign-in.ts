import { expect, type Page } from '@playwright/test'
import { person } from './run.ts'

// signIn goes from the portal's door through the issuer's page into the portal.
export async function signIn(page: Page, username: string) {
  const { password } = person(username)
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByLabel('User name or e-mail').fill(username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('banner')).toBeVisible()
}
