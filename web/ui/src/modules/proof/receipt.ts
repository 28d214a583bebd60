// Checks a receipt as dcm-verify does, with what every browser has.
import { z } from '@/modules/schema'
import { bigEndian, framed, fromBase64, fromHex, join, same, sha256, utf8, type Bytes } from './bytes'
import { ProofError } from './fault'
import { openNote, type Checkpoint } from './note'
import { leafHash, rootOf } from './tree'

const text = z.string()
const number = z.int().nonnegative()
const schema = z.strictObject({
  format: z.literal('dcm-receipt'),
  format_version: z.literal(2),
  fact: z.strictObject({
    id: z.uuid(),
    tenant_id: z.uuid(),
    stream_id: z.uuid(),
    version: number,
    type: text,
    source: text,
    actor: text,
    cause_id: text,
    cause_digest: text,
    correlation_id: text,
    occurred_at: text,
    recorded_at: text,
    traceparent: text,
    prev_hash: text,
    hash: text,
    leaf: number,
    leaf_hash: text,
    data_base64: text,
    data: z.unknown(),
  }),
  note: text,
  previous: text.optional(),
  cover: z.array(z.strictObject({ level: number, n: number, hash: text })),
})

type Fact = z.infer<typeof schema>['fact']

export interface Proven {
  checkpoint: Checkpoint
  place: number // of the record in the tenant's log, from 1
}

// checkReceipt tells what proves the fact with this id, or throws a ProofError.
export async function checkReceipt(receipt: string, id: string, keys: string[]): Promise<Proven> {
  // Browsers have WebCrypto on https and localhost only.
  if (!('subtle' in crypto)) throw new ProofError('unsupported')
  try {
    return await check(receipt, id, keys)
  } catch (cause) {
    if (cause instanceof ProofError) throw cause
    throw new ProofError('format')
  }
}

async function check(receipt: string, id: string, keys: string[]): Promise<Proven> {
  const { fact, note, cover } = schema.parse(JSON.parse(receipt))
  if (fact.id !== id) throw new ProofError('other')
  const data = fromBase64(fact.data_base64)
  const leaf = await leafHash(leafOf(fact, data))
  if (!same(leaf, fromHex(fact.leaf_hash)) || !same(await linkOf(fact, data), fromHex(fact.hash)) || !readsAs(data, fact.data)) {
    throw new ProofError('changed')
  }
  const checkpoint = await openNote(note, keys)
  if (checkpoint.tenant !== fact.tenant_id) throw new ProofError('other')
  const nodes = cover.map(({ level, n, hash }) => ({ level, n, hash: fromBase64(hash) }))
  if (!same(await rootOf(checkpoint.size, fact.leaf, leaf, nodes), checkpoint.root)) throw new ProofError('rewritten')
  return { checkpoint, place: fact.leaf + 1 }
}

const uuid = (id: string) => fromHex(id.replaceAll('-', ''))

// leafOf is what the tenant's tree holds of a fact (format dcm-leaf/1).
const leafOf = (f: Fact, data: Bytes) =>
  join(
    utf8('dcm-leaf/1'),
    framed(
      uuid(f.tenant_id),
      uuid(f.stream_id),
      bigEndian(f.version, 8),
      uuid(f.id),
      ...[f.type, f.source, f.actor, f.cause_id].map(utf8),
      fromHex(f.cause_digest),
      ...[f.correlation_id, f.occurred_at, f.recorded_at, f.traceparent].map(utf8),
      data,
      fromHex(f.hash),
    ),
  )

// linkOf ties a fact to its predecessor in the stream.
const linkOf = (f: Fact, data: Bytes) =>
  sha256(
    framed(
      fromHex(f.prev_hash),
      uuid(f.tenant_id),
      uuid(f.stream_id),
      bigEndian(f.version, 8),
      uuid(f.id),
      ...[f.type, f.source, f.actor, f.cause_id, f.correlation_id, f.occurred_at].map(utf8),
      data,
    ),
  )

// readsAs: what is there to be read is what was hashed; null if that is no JSON.
function readsAs(data: Bytes, shown: unknown): boolean {
  try {
    return JSON.stringify(JSON.parse(new TextDecoder().decode(data))) === JSON.stringify(shown)
  } catch {
    return shown === null
  }
}
