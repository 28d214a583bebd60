import { expect, test } from '../support/journey.ts'
import { ask, decide, medium, settled } from '../support/request.ts'

const live = '**/api/v1/live*'

test('a lost live connection is said, and what was missed is made up for', async ({ as, api, watch }) => {
  watch.expect(/net::ERR_|\/api\/v1\/live/)
  const office = await api('jana.vogel')
  const request = await ask(office, medium('patient'))
  await settled(office, request.id, 'waiting')
  const jana = await as('jana.vogel')
  await jana.route(live, (route) => route.abort('connectionrefused'))
  await jana.goto(`/requests/${request.id}`)
  await expect(jana.getByText(/^Waiting for .+, due/)).toBeVisible()
  const banner = jana.getByText('Reconnecting to live updates…')
  await expect(banner).toBeVisible({ timeout: 15_000 })

  await decide(await api('anna.berg'), request.id, 'approve')
  await settled(office, request.id, 'ready')
  await jana.unroute(live)
  await expect(banner).toBeHidden({ timeout: 15_000 })
  await expect(jana.getByText('The machine runs and is yours to use.')).toBeVisible()
})

test('offline is said, and ends by itself', async ({ as, watch }) => {
  watch.expect(/net::ERR_/)
  const jana = await as('jana.vogel')
  await jana.goto('/')
  await expect(jana.getByRole('heading', { level: 1 })).toBeVisible()
  await jana.context().setOffline(true)
  const banner = jana.getByText('You are offline. What you see may be out of date.')
  await expect(banner).toBeVisible()
  await jana.context().setOffline(false)
  await expect(banner).toBeHidden()
})
