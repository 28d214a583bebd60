import { expect, test } from '../support/journey.ts'
import { fillIn, medium } from '../support/request.ts'

test('a small machine is approved by the policy, and its receipt says why', async ({ as }) => {
  const jana = await as('jana.vogel')
  const wish = { ...medium('tiny'), size: 'S' } as const
  await jana.goto('/requests/new')
  await fillIn(jana, wish)
  await expect(jana.getByRole('region', { name: 'Price and approval' })).toContainText('Nobody has to be asked.')
  await jana.getByRole('button', { name: 'Send and build' }).click()

  await expect(jana.getByText('The machine runs and is yours to use.')).toBeVisible()
  await expect(jana.getByRole('region', { name: 'What happened' })).toContainText('Approved automatically by the policy')

  const receipt = jana.getByRole('region', { name: 'Why it was approved automatically' })
  await expect(receipt).toContainText('at most 2 vCPU, 4 GiB RAM and 50 GiB disk')
  await receipt.getByText(/^Policy “.+”, version \d+, rule “small-machines”$/).click()
  await expect(receipt.getByText('What the rule looked at')).toBeVisible()
  await expect(receipt.getByText('vcpu', { exact: true })).toBeVisible()
})
