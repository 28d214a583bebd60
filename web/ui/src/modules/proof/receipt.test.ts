// @vitest-environment node
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { openNote } from './note'
import { checkReceipt } from './receipt'

// The same files that the server's own test reads.
const golden = (name: string) => readFileSync(new URL(`../../../../../shared/proof/testdata/${name}`, import.meta.url), 'utf8')
const receipt = golden('receipt.json')
const key = golden('key.txt').trim()
const id = 'c2a93825-fd36-5e41-8dc4-f3eb17dd35ad'

const faultOf = (text: string, of = id, keys = [key]) =>
  checkReceipt(text, of, keys).then(
    () => 'proven',
    (error: unknown) => (error as Error).message,
  )

test('a receipt of the server proves its record', async () => {
  const { checkpoint, place } = await checkReceipt(receipt, id, ['other.example.com+00000000+AQ==', key])
  expect(place).toBe(14)
  expect(checkpoint).toMatchObject({ size: 21, at: '2026-05-04T13:00:00.000000Z', epoch: 1, lost: 0, key: 'dcm.example.com' })
})

describe('what restores have cost', () => {
  const whose = 'dcm.example.com/0197f3a0-0000-7000-8000-00000000000a'
  const base64 = (bytes: ArrayBuffer) => Buffer.from(bytes).toString('base64')

  // signed is a note with these lines behind the others, and the key for it.
  async function signed(lines: string) {
    const { privateKey, publicKey } = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])
    const key = Buffer.concat([Uint8Array.of(1), Buffer.from(await crypto.subtle.exportKey('raw', publicKey))])
    const number = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.concat([Buffer.from(`${whose}\n`), key]))).subarray(0, 4)
    const text = `${whose}\n21\n${base64(new ArrayBuffer(32))}\nat 2026-05-04T13:00:00.000000Z\nepoch 4\n${lines}`
    const signature = Buffer.from(await crypto.subtle.sign('Ed25519', privateKey, Buffer.from(text)))
    return { note: `${text}\n— ${whose} ${Buffer.concat([number, signature]).toString('base64')}\n`, key: `dcm.example.com+00000000+${key.toString('base64')}` }
  }

  test.each([
    ['nothing', '', 0],
    ['something', 'lost 10 to 20 of epoch 1\n', 10],
    ['twice', 'lost 10 to 20 of epoch 1\nlost 7 to 12 of epoch 3\n', 15],
  ])('%s', async (_, lines, lost) => {
    const { note, key } = await signed(lines)
    expect(await openNote(note, [key])).toMatchObject({ epoch: 4, lost })
  })

  test.each(['lost 10 to 20\n', 'found 10 to 20 of epoch 1\n', 'lost 10 to 20 of epoch 1'])('%s is no such line', async (lines) => {
    const { note, key } = await signed(lines)
    await expect(openNote(note, [key])).rejects.toThrow('format')
  })
})

describe('what was changed is found', () => {
  const stranger = 'dcm.example.com+00000000+AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB'
  const edit = (from: string, to: string) => {
    expect(receipt).toContain(from)
    return receipt.replace(from, to)
  }
  test.each([
    ['another record', receipt, '00000000-0000-4000-8000-000000000000', [key], 'other'],
    ['who did it', edit('"actor":"function:submit"', '"actor":"function:approve"'), id, [key], 'changed'],
    ['when it was recorded', edit('.003001Z', '.003002Z'), id, [key], 'changed'],
    ['what is read of it', edit('"project":"webshop & co"', '"project":"webshop"'), id, [key], 'changed'],
    ['its hash', edit('"hash":"6b', '"hash":"7b'), id, [key], 'changed'],
    ['its place', edit('"leaf":13', '"leaf":12'), id, [key], 'rewritten'],
    ['the rest of the log', edit('"hash":"UEfZ', '"hash":"VEfZ'), id, [key], 'rewritten'],
    ['how long the log is', edit('\\n21\\n', '\\n22\\n'), id, [key], 'signature'],
    ['the signature', edit('B93BwN0Zj', 'B93BwN0Zk'), id, [key], 'signature'],
    ['who has signed', receipt, id, [stranger], 'signature'],
    ['nobody is believed', receipt, id, [], 'keyless'],
    ['the format', edit('"format_version":2', '"format_version":3'), id, [key], 'format'],
    ['something is added', edit('"note":', '"by":"me","note":'), id, [key], 'format'],
    ['it is cut off', receipt.slice(0, 900), id, [key], 'format'],
  ])('%s', async (_, text, of, keys, fault) => {
    expect(await faultOf(text, of, keys)).toBe(fault)
  })
})

test('no single character of the record can be another', async () => {
  const end = receipt.indexOf('"note":')
  for (let at = receipt.indexOf('"id":'); at < end; at += 7) {
    const other = receipt[at] === 'a' ? 'b' : 'a'
    expect(await faultOf(receipt.slice(0, at) + other + receipt.slice(at + 1)), `at ${at}`).not.toBe('proven')
  }
})
