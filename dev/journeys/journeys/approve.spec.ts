import { expect, test } from '../support/journey.ts'
import { mailTo } from '../support/mail.ts'
import { measured, ms } from '../support/measure.ts'
import { fillIn, medium, sizeCard } from '../support/request.ts'

const promised = 5_000 // ms from the decision to the machine

test('a medium machine is asked for, approved, ready, and told by mail', async ({ as }) => {
  const jana = await as('jana.vogel')
  const anna = await as('anna.berg')
  const wish = medium('checkout')

  await test.step('the form says what it costs and who has to approve', async () => {
    await jana.goto('/requests/new')
    const answer = jana.getByRole('region', { name: 'Price and approval' })
    await expect(answer).toContainText('Choose a size to see the price.')
    await fillIn(jana, wish)
    await expect(answer).toContainText('A person decides')
    await expect(answer).toContainText('Anna Berg')
    const price = await answer.getByText('€').first().innerText()
    await expect(sizeCard(jana, 'M')).toContainText(price)

    await sizeCard(jana, 'S').click()
    await expect(answer).toContainText('Approved automatically')
    await expect(answer).not.toContainText(price)
    await sizeCard(jana, 'M').click()
    await expect(answer).toContainText('A person decides')
  })

  await test.step('sent, it waits for somebody by name', async () => {
    await jana.getByRole('button', { name: 'Send the request' }).click()
    await expect(jana.getByRole('heading', { level: 1, name: wish.name })).toBeVisible()
    await expect(jana.getByText(/^Waiting for .*Anna Berg.*, due/)).toBeVisible()
    await expect(jana.getByRole('region', { name: 'What happened' })).toContainText('The policy wants a person to decide')
  })

  await test.step('the approver has every fact in view, and decides in one click', async () => {
    await anna.goto('/approvals')
    await anna.getByRole('link', { name: wish.name }).click()
    const decision = anna.getByRole('region', { name: wish.name })
    await expect(decision).toContainText(wish.justification)
    await expect(decision).toContainText('Jana Vogel')
    await expect(decision).toContainText('Why this needs you')
    await jana.evaluate(() => Object.assign(window, { sameDocument: true }))
    await decision.getByRole('button', { name: 'Approve' }).click()
  })

  await test.step('the requester sees it become ready without reloading', async () => {
    const began = Date.now()
    await expect(jana.getByText('The machine runs and is yours to use.')).toBeVisible({ timeout: promised })
    measured('approved to ready on the screen', ms(Date.now() - began))
    expect(await jana.evaluate(() => 'sameDocument' in window)).toBe(true)
    await expect(anna.getByText(`“${wish.name}” is approved.`)).toBeVisible()
    await expect(anna.getByRole('region', { name: 'Queue' })).not.toContainText(wish.name)
  })

  const address = await test.step('the machine has an address to copy', async () => {
    await jana.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await jana.getByRole('link', { name: 'Open the VM' }).click()
    await expect(jana.getByRole('heading', { level: 1, name: wish.name })).toBeVisible()
    await jana.getByRole('button', { name: 'Copy IP address' }).click()
    await expect(jana.getByRole('status').filter({ hasText: 'Copied' })).toBeAttached()
    const copied = await jana.evaluate(() => navigator.clipboard.readText())
    await expect(jana.getByText(copied, { exact: true })).toBeVisible()
    expect(copied).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
    await expect(jana.getByText(`ssh ${copied}`)).toBeVisible()
    return copied
  })

  await test.step('the mail says so too, in the language of the profile', async () => {
    const mail = await mailTo('jana.vogel', wish.name, 'Bereit')
    expect(mail.text).toContain(address)
  })

  await test.step('the bell has told it', async () => {
    await jana.getByRole('button', { name: /^Notifications/ }).click()
    await expect(jana.getByRole('dialog').getByRole('link', { name: `“${wish.name}” is ready to use` })).toBeVisible()
  })
})
