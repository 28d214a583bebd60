import type { Page } from '@playwright/test'
import { expect, test } from '../support/journey.ts'
import { ask, medium } from '../support/request.ts'

const reason = 'Please share the machine of the search team: it has room.'

test('a request is rejected with a reason by keyboard, changed, and approved', async ({ as, api }) => {
  const office = await api('jana.vogel')
  const first = await ask(office, medium('render'))
  const second = await ask(office, medium('render'))
  const jana = await as('jana.vogel')
  const anna = await as('anna.berg')
  await jana.goto(`/requests/${first.id}`)
  await expect(jana.getByRole('heading', { level: 1, name: first.name })).toBeVisible()

  await test.step('j and k walk through the queue, r asks for the reason', async () => {
    await anna.goto('/approvals')
    await expect(anna.getByRole('link', { name: second.name })).toBeVisible()
    await walkTo(anna, 'j', second.name)
    await walkTo(anna, 'k', first.name)
    await anna.keyboard.press('r')
    const dialog = anna.getByRole('dialog')
    await expect(dialog).toContainText('Jana Vogel reads this word for word.')
    await expect(dialog).toContainText(first.name)
  })

  await test.step('a rejection needs a reason, and common ones are at hand', async () => {
    const dialog = anna.getByRole('dialog')
    const text = dialog.getByLabel('Reason', { exact: true })
    await text.press('Control+Enter')
    await expect(dialog).toContainText('A rejection needs a reason.')
    await dialog.getByRole('button', { name: 'Budget' }).click()
    await expect(text).toHaveValue(/budget/)
    await text.fill(reason)
    await text.press('Control+Enter')
    await expect(dialog).toBeHidden()
    await expect(anna.getByRole('region', { name: 'Queue' })).not.toContainText(first.name)
    await expect(anna.getByRole('region', { name: 'Queue' })).toContainText(second.name)
  })

  await test.step('the requester reads the reason word for word', async () => {
    const given = jana.getByRole('region', { name: 'Rejected' })
    await expect(given).toContainText('Reason given by Anna Berg')
    await expect(given).toContainText(reason)
  })

  await test.step('edit and resubmit starts from what was asked for', async () => {
    await jana.getByRole('link', { name: 'Edit and resubmit' }).click()
    await expect(jana.getByText(`Last time: “${reason}”`)).toBeVisible()
    await expect(jana.getByLabel('Project')).toHaveValue('Webshop')
    await expect(jana.getByLabel('Name of the machine')).toHaveValue(first.name)
    await expect(jana.getByRole('radio', { name: 'Ubuntu 24.04 LTS' })).toBeChecked()
    await jana.getByLabel('What do you need it for?').fill('The search team needs its machine for itself until May.')
    await jana.getByRole('button', { name: 'Send the request' }).click()
    await expect(jana.getByText(/^Waiting for .+, due/)).toBeVisible()
    await expect(jana.getByRole('link', { name: 'an earlier request' })).toHaveAttribute('href', `/requests/${first.id}`)
  })

  await test.step('a approves what is under decision', async () => {
    const again = new URL(jana.url()).pathname.split('/').at(-1) ?? ''
    await anna.goto(`/approvals/${again}`)
    const decision = anna.getByRole('region', { name: first.name })
    await expect(decision.getByRole('button', { name: 'Approve' })).toBeEnabled()
    await expect(anna.locator(`a[href="/approvals/${again}"]`)).toBeVisible()
    await anna.keyboard.press('a')
    await expect(jana.getByText('The machine runs and is yours to use.')).toBeVisible()
  })
})

// walkTo presses a key until the request under decision is the one wanted.
async function walkTo(page: Page, key: 'j' | 'k', name: string) {
  const queue = page.getByRole('region', { name: 'Queue' })
  const rows = await queue.getByRole('link').count()
  for (let n = 0; n < rows; n++) {
    const before = page.url()
    await page.keyboard.press(key)
    await expect(page).not.toHaveURL(before)
    if (await queue.locator('[aria-current=true]', { hasText: name }).isVisible()) return
  }
  throw new Error(`${key} did not lead to ${name}`)
}
