import { expect, test } from '../support/journey.ts'
import { answered } from '../support/watch.ts'
import { ask, medium, settled } from '../support/request.ts'

test('two customers know nothing of each other', async ({ as, api, watch }) => {
  const office = await api('jana.vogel')
  const request = await ask(office, { ...medium('secret'), size: 'S' })
  const { vm_id: vm } = await settled(office, request.id, 'ready')
  const waiting = await ask(office, medium('secret'))

  watch.expect(answered(404, '/api/v1/(requests|vms)/'))
  const emma = await as('emma.clark')
  for (const screen of ['/', '/requests', '/vms']) {
    await emma.goto(screen)
    await expect(emma.getByRole('heading', { level: 1 })).toBeVisible()
    await emma.waitForLoadState('networkidle').catch(() => undefined)
    await expect(emma.getByRole('main')).not.toContainText('secret-')
  }
  for (const link of [`/requests/${request.id}`, `/vms/${vm}`]) {
    await emma.goto(link)
    await expect(emma.getByRole('heading', { name: 'There is nothing here' })).toBeVisible()
    await expect(emma.getByRole('main')).not.toContainText('secret-')
  }

  const sarah = await as('sarah.hughes')
  await sarah.goto(`/approvals/${waiting.id}`)
  await expect(sarah.getByText('There is nothing here')).toBeVisible()
  const theirs = await (await api('grace.miller')).get(`/api/v1/audit/facts?object=${request.id}`)
  expect(((await theirs.json()) as { items: unknown[] }).items).toEqual([])
})
