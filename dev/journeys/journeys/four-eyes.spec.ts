import { randomUUID } from 'node:crypto'
import { expect, test } from '../support/journey.ts'
import { ask, medium, settled } from '../support/request.ts'

test('nobody decides on a request of their own', async ({ as, api }) => {
  const office = await api('anna.berg')
  const request = await ask(office, medium('own'))
  await settled(office, request.id, 'waiting')

  const anna = await as('anna.berg')
  await anna.goto(`/approvals/${request.id}`)
  await expect(anna.getByText('This is your own request. Somebody else has to decide.')).toBeVisible()
  const decision = anna.getByRole('region', { name: request.name })
  await expect(decision.getByRole('button', { name: 'Approve' })).toBeHidden()
  await expect(decision.getByRole('button', { name: 'Reject' })).toBeHidden()
  await anna.keyboard.press('a')
  await anna.keyboard.press('r')
  await expect(anna.getByRole('dialog')).toBeHidden()

  const refused = await office.post(`/api/v1/requests/${request.id}/decision`, {
    data: { decision: 'approve', reason: '' },
    headers: { 'idempotency-key': randomUUID() },
  })
  expect(refused.status(), 'the server holds, whatever the page shows').toBe(403)
  expect((await settled(office, request.id, 'waiting')).state).toBe('waiting')

  const tom = await as('tom.kaiser')
  await tom.goto(`/approvals/${request.id}`)
  await tom.getByRole('region', { name: request.name }).getByRole('button', { name: 'Approve' }).click()
  await settled(office, request.id, 'ready')
})
