import { expect, test } from '../support/journey.ts'
import { fillIn, medium, sizeCard } from '../support/request.ts'

test('every field that is wrong says so at its place, and nothing typed is lost', async ({ as }) => {
  const jana = await as('jana.vogel')
  await jana.goto('/requests/new')
  await jana.getByLabel('Name of the machine').fill('Not A Name!')
  await jana.getByLabel('What do you need it for?').fill('no')
  await jana.getByRole('radio', { name: 'Other', exact: true }).click()
  await jana.getByLabel('Number of days').fill('100000')
  await jana.getByRole('button', { name: 'Send the request' }).click()

  await expect(jana.getByLabel('Project')).toHaveAccessibleDescription(/Please fill this in/)
  await expect(jana.getByLabel('Name of the machine')).toHaveAccessibleDescription(/Use lower-case letters/)
  await expect(jana.getByLabel('What do you need it for?')).toHaveAccessibleDescription(/at least 5 characters/)
  await expect(jana.getByLabel('Number of days')).toHaveAccessibleDescription(/Between \d+ and \d+ days/)
  await expect(jana.getByRole('radiogroup', { name: 'Template' })).toHaveAccessibleDescription('Please choose one.')
  await expect(jana.getByRole('radiogroup', { name: 'Size' })).toHaveAccessibleDescription('Please choose one.')
  await expect(jana.getByText('6 things still need your attention.')).toBeVisible()
  await expect(jana.getByLabel('Project'), 'focus goes to the first of them').toBeFocused()
  await expect(jana).toHaveURL(/\/requests\/new$/)

  await expect(jana.getByLabel('Name of the machine')).toHaveValue('Not A Name!')
  await expect(jana.getByLabel('What do you need it for?')).toHaveValue('no')
  await expect(jana.getByLabel('Number of days')).toHaveValue('100000')
})

test('a name that Windows cannot have is refused where it is typed', async ({ as }) => {
  const jana = await as('jana.vogel')
  await jana.goto('/requests/new')
  await fillIn(jana, { ...medium('x'), name: 'longer-than-windows-allows', template: 'Windows Server 2022' })
  await jana.getByRole('button', { name: 'Send the request' }).click()
  await expect(jana.getByLabel('Name of the machine')).toHaveAccessibleDescription(/at most 15 characters/)
  await expect(jana.getByLabel('Name of the machine')).toBeFocused()
})

test('what only the server knows to be wrong is said at the field too', async ({ as, watch }) => {
  const jana = await as('jana.vogel')
  watch.expect(/status of 422/)
  await jana.goto('/requests/new')
  const wish = medium('elsewhere')
  await fillIn(jana, wish)
  await jana.route('**/api/v1/requests', async (route) => {
    if (route.request().method() !== 'POST') return route.fallback()
    await route.continue({ postData: { ...(route.request().postDataJSON() as object), size: 'XXL' } })
  })
  await jana.getByRole('button', { name: 'Send the request' }).click()
  await expect(jana.getByRole('radiogroup', { name: 'Size' })).toHaveAccessibleDescription('Please choose one.')
  await expect(jana.getByLabel('Name of the machine')).toHaveValue(wish.name)
})

test('a draft survives a reload, until it is thrown away', async ({ as }) => {
  const jana = await as('jana.vogel')
  const wish = medium('draft')
  await jana.goto('/requests/new')
  await fillIn(jana, wish)
  await jana.reload()
  await expect(jana.getByText('Your draft was kept on this device.')).toBeVisible()
  await expect(jana.getByLabel('Project')).toHaveValue(wish.project)
  await expect(jana.getByLabel('Name of the machine')).toHaveValue(wish.name)
  await expect(jana.getByLabel('What do you need it for?')).toHaveValue(wish.justification)
  await expect(jana.getByRole('radio', { name: wish.template })).toBeChecked()
  await expect(sizeCard(jana, 'M')).toBeChecked()

  await jana.getByRole('button', { name: 'Start over' }).click()
  await expect(jana.getByLabel('Name of the machine')).toHaveValue('')
  await jana.reload()
  await expect(jana.getByLabel('Name of the machine')).toHaveValue('')
  await expect(jana.getByText('Your draft was kept on this device.')).toBeHidden()
})
