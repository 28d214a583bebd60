import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from '../support/journey.ts'
import { measured, ms } from '../support/measure.ts'
import { ask, medium, settled } from '../support/request.ts'

test('the auditor finds a fact and everything around it', async ({ as, api }) => {
  const office = await api('jana.vogel')
  const request = await ask(office, { ...medium('audited'), size: 'S' })
  await settled(office, request.id, 'ready')
  const clara = await as('clara.stein')

  await clara.goto(`/audit?object=${request.id}`)
  await expect(clara.getByRole('button', { name: 'Open the record of Machine ready' })).toBeVisible()
  await clara.getByLabel('Type').selectOption('Approved')
  const record = clara.getByRole('button', { name: 'Open the record of' })
  await expect(record).toHaveCount(1)
  await record.click()
  const drawer = clara.getByRole('dialog')
  await expect(drawer).toContainText('io.dcm.approval.granted.v1')
  await expect(drawer).toContainText('DCM (policy)')
  await expect(drawer).toContainText('"rule": "small-machines"')

  await expect(clara, 'a record has an address of its own').toHaveURL(/record=/)
  const auditor = await api('clara.stein')
  const fact = new URL(clara.url()).searchParams.get('record') ?? ''
  const signed = async () => (await auditor.get(`/api/v1/audit/facts/${fact}/receipt`)).status()
  await expect.poll(signed, { message: 'a checkpoint comes with a tick', timeout: 60_000 }).toBe(200)
  await drawer.getByRole('button', { name: 'Check this record' }).click()
  const verdict = drawer.getByRole('region', { name: 'Proof' }).getByRole('status')
  await expect(verdict).toContainText('This record is what was recorded.')
  await expect(verdict).toContainText('with the key dcm.local')
  const coming = clara.waitForEvent('download')
  await drawer.getByRole('button', { name: 'Download receipt' }).click()
  const receipt = await (await coming).path()
  expect(JSON.parse(await readFile(receipt, 'utf8'))).toMatchObject({ format: 'dcm-receipt', fact: { stream_id: request.id } })
  const { keys } = (await (await auditor.get('/api/v1/audit/keys')).json()) as { keys: { key: string }[] }
  const verify = fileURLToPath(new URL('../../../bin/dcm-verify', import.meta.url))
  expect(execFileSync(verify, ['-key', keys.map((k) => k.key).join(','), receipt], { encoding: 'utf8' }), 'and so says the auditor’s own tool').toContain('OK: 1 facts')
  await clara.keyboard.press('Escape')
  await expect(drawer).toBeHidden()
  await expect(record, 'focus comes back to where it was').toBeFocused()
})

test('the auditor exports proof, and the download is what was promised', async ({ as }) => {
  const clara = await as('clara.stein')
  await clara.goto('/audit/bundles')
  const list = clara.getByRole('region', { name: 'Bundles' }).getByRole('list')
  const before = await list.getByRole('listitem').count()
  await clara.getByRole('radio', { name: 'This year' }).click()
  const began = Date.now()
  await clara.getByRole('button', { name: 'Create bundle' }).click()
  await expect(list.getByRole('listitem')).toHaveCount(before + 1)

  const bundle = list.getByRole('listitem').first()
  await expect(bundle).toContainText('Ready', { timeout: 30_000 })
  measured('bundle asked for to ready', ms(Date.now() - began))
  await expect(bundle).toContainText('Locked until')

  const [sha256 = ''] = /[0-9a-f]{64}/.exec(await bundle.innerText()) ?? []
  const coming = clara.waitForEvent('download')
  await bundle.getByRole('button', { name: 'Download' }).click()
  const content = await readFile(await (await coming).path())
  expect(createHash('sha256').update(content).digest('hex')).toBe(sha256)
  expect(content.length).toBeGreaterThan(1000)
})

test('the auditor sees everything and decides nothing', async ({ as, api }) => {
  const request = await ask(await api('jana.vogel'), medium('looked-at'))
  const clara = await as('clara.stein')
  await clara.goto('/requests?scope=all')
  await clara.getByRole('link', { name: request.name }).click()
  await expect(clara.getByRole('heading', { level: 1, name: request.name })).toBeVisible()
  await expect(clara.getByText(/^Waiting for .+, due/)).toBeVisible()
  for (const action of [/approve|decision/i, /reject/i, /withdraw/i]) {
    await expect(clara.getByRole('main').getByRole('button', { name: action })).toBeHidden()
    await expect(clara.getByRole('main').getByRole('link', { name: action })).toBeHidden()
  }
  await expect(clara.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name: 'Approvals' })).toBeHidden()
  await clara.goto('/approvals')
  await expect(clara.getByRole('heading', { name: 'This is not for you to see' })).toBeVisible()
})
