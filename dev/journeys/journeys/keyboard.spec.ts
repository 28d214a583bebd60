import type { Locator, Page } from '@playwright/test'
import { expect, test } from '../support/journey.ts'
import { medium, sizeCard } from '../support/request.ts'

// A finger rests on a key for a moment; the radio groups count on it.
const touch = { delay: 80 } // ms

test('a machine is asked for without touching the mouse', async ({ as }) => {
  const jana = await as('jana.vogel')
  const wish = medium('keys')
  const { keyboard } = jana
  await jana.goto('/')
  await expect(jana.getByRole('heading', { level: 1 })).toBeVisible()

  await test.step('the palette leads to the form', async () => {
    await keyboard.press('Control+k')
    const palette = jana.getByRole('combobox')
    await expect(palette).toBeFocused()
    await keyboard.type('request a')
    await expect(jana.getByRole('option', { name: 'Request a VM' })).toHaveAttribute('aria-selected', 'true')
    await keyboard.press('Enter')
    await expect(jana.getByRole('heading', { level: 1, name: 'Request a VM' })).toBeVisible()
  })

  await test.step('every field is reached in order, and shows that it is', async () => {
    await tabTo(jana, jana.getByLabel('Project'))
    await keyboard.type(wish.project)
    await tabTo(jana, jana.getByLabel('Name of the machine'))
    await keyboard.type(wish.name)
    await tabTo(jana, jana.getByLabel('What do you need it for?'))
    await keyboard.type(wish.justification)
    await tabTo(jana, jana.getByRole('radio', { name: '90 days' }))
    await keyboard.press('ArrowLeft', touch)
    await expect(jana.getByRole('radio', { name: '30 days' })).toBeChecked()
    await tabTo(jana, jana.getByRole('radiogroup', { name: 'Template' }).getByRole('radio').first())
    await keyboard.press('Space')
    await tabTo(jana, sizeCard(jana, 'S'))
    await keyboard.press('Space')
    await keyboard.press('ArrowRight', touch)
    await expect(sizeCard(jana, 'M')).toBeChecked()
    await tabTo(jana, jana.getByRole('button', { name: 'Send the request' }))
    await keyboard.press('Enter')
    await expect(jana.getByRole('heading', { level: 1, name: wish.name })).toBeVisible()
  })

  await test.step('the palette finds it, and Escape gives the focus back', async () => {
    await keyboard.press('Control+k')
    await keyboard.type(wish.name)
    await expect(jana.getByRole('option', { name: wish.name })).toBeVisible()
    await keyboard.press('Escape')
    await expect(jana.getByRole('combobox')).toBeHidden()
  })

  await test.step('it is withdrawn the same way', async () => {
    const withdraw = jana.getByRole('button', { name: 'Withdraw' })
    await tabTo(jana, withdraw)
    await keyboard.press('Enter')
    await tabTo(jana, jana.getByRole('dialog').getByRole('button', { name: 'Cancel' }))
    await keyboard.press('Escape')
    await expect(withdraw, 'a dialog gives the focus back').toBeFocused()
    await keyboard.press('Enter')
    await tabTo(jana, jana.getByRole('button', { name: 'Yes, withdraw it' }))
    await keyboard.press('Enter')
    await expect(jana.getByText('You took this request back.')).toBeVisible()
  })
})

test('the first key of a page skips to the content', async ({ as }) => {
  const jana = await as('jana.vogel')
  await jana.goto('/vms')
  await expect(jana.getByRole('heading', { level: 1 })).toBeVisible()
  await tabTo(jana, jana.getByRole('link', { name: 'Skip to the content' }))
  await jana.keyboard.press('Enter')
  await expect(jana.getByRole('main')).toBeFocused()
})

// tabTo presses Tab until the element has the focus, which it must show.
async function tabTo(page: Page, element: Locator) {
  for (let n = 0; n < 40; n++) {
    await page.keyboard.press('Tab')
    if (await element.evaluate((e) => e === document.activeElement)) {
      const style = await element.evaluate((e) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(e)
        return { outline: outlineStyle !== 'none' && outlineWidth !== '0px', shadow: boxShadow !== 'none' }
      })
      expect(style.outline || style.shadow, `the focus on ${element} can be seen`).toBe(true)
      return
    }
  }
  throw new Error(`Tab does not lead to ${element}`)
}
