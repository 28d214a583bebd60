import { expect, test } from '../support/journey.ts'
import { ask, medium } from '../support/request.ts'

test('a request that waits is withdrawn, and leaves the open queue by itself', async ({ as, api }) => {
  const jana = await as('jana.vogel')
  const anna = await as('anna.berg')
  await anna.goto('/approvals')
  const queue = anna.getByRole('region', { name: 'Queue' })
  await expect(anna.getByText(/requests? waits? for a decision|Nothing waits/)).toBeVisible()

  const request = await ask(await api('jana.vogel'), medium('mistake'))
  await expect(queue, 'a new request appears in the open queue').toContainText(request.name)

  await jana.goto(`/requests/${request.id}`)
  await jana.getByRole('button', { name: 'Withdraw' }).click()
  const dialog = jana.getByRole('dialog', { name: 'Withdraw this request?' })
  await expect(dialog).toContainText(request.name)
  await dialog.getByRole('button', { name: 'Yes, withdraw it' }).click()

  await expect(jana.getByText('You took this request back.')).toBeVisible()
  await expect(jana.getByRole('button', { name: 'Withdraw' })).toBeHidden()
  await expect(queue).not.toContainText(request.name)
})

test('what is withdrawn while it is being looked at says so, and cannot be decided', async ({ as, api }) => {
  const office = await api('jana.vogel')
  const request = await ask(office, medium('mistake'))
  const anna = await as('anna.berg')
  await anna.goto(`/approvals/${request.id}`)
  const decision = anna.getByRole('region', { name: request.name })
  await expect(decision.getByRole('button', { name: 'Approve' })).toBeVisible()

  await office.post(`/api/v1/requests/${request.id}/withdrawal`, { data: {}, headers: { 'idempotency-key': `withdraw-${request.id}` } })
  await expect(decision).toContainText('Withdrawn')
  await expect(decision.getByRole('button', { name: 'Approve' })).toBeHidden()
})
