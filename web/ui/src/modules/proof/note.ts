// Checkpoints are signed notes (C2SP signed-note, ed25519); package checkpoint of
// the server says what each line is.
import { fromBase64, join, same, sha256, utf8, type Bytes } from './bytes'
import { ProofError } from './fault'

export interface Checkpoint {
  tenant: string
  size: number
  root: Bytes
  at: string
  epoch: number
  lost: number // records that were signed for and that restores did not bring back
  key: string // the name of the key that has signed
}

const form = /^([^\s+]+)\/([0-9a-f-]{36})\n([1-9][0-9]*)\n([0-9A-Za-z+/=]{44})\nat (\S+)\nepoch ([1-9][0-9]*)\n((?:lost [0-9]+ to [0-9]+ of epoch [0-9]+\n)*)$/
const loss = /^lost ([0-9]+) to ([0-9]+) /gm
const signature = /^— (\S+) ([0-9A-Za-z+/=]+)$/

// ed25519 is the algorithm's number in keys.
const ed25519 = 1

// openNote reads a checkpoint that one of the keys has signed.
export async function openNote(note: string, keys: string[]): Promise<Checkpoint> {
  if (keys.length === 0) throw new ProofError('keyless')
  const end = note.lastIndexOf('\n\n')
  const text = note.slice(0, end + 1)
  const match = end < 0 ? null : form.exec(text)
  if (!match) throw new ProofError('format')
  const [, installation = '', tenant = '', size = '', root = '', at = '', epoch = '', losses = ''] = match
  const lost = [...losses.matchAll(loss)].reduce((sum, [, from, to]) => sum + Number(to) - Number(from), 0)
  const checkpoint = { tenant, size: Number(size), root: fromBase64(root), at, epoch: Number(epoch), lost, key: installation }
  for (const line of note.slice(end + 2).split('\n')) {
    const signed = signature.exec(line)
    if (signed?.[1] !== `${installation}/${tenant}`) continue
    for (const key of keys) {
      if (await hasSigned(key, installation, tenant, utf8(text), fromBase64(signed[2] ?? ''))) return checkpoint
    }
  }
  throw new ProofError('signature')
}

// hasSigned: a key signs for each tenant under a name of its own, which its
// number is made from.
async function hasSigned(key: string, installation: string, tenant: string, text: Bytes, signed: Bytes): Promise<boolean> {
  const [name, , ...rest] = key.split('+')
  const bytes = fromBase64(rest.join('+')) // which may have a plus of its own
  if (name !== installation || bytes[0] !== ed25519 || bytes.length !== 33) return false
  const number = (await sha256(join(utf8(`${installation}/${tenant}\n`), bytes))).slice(0, 4)
  if (!same(number, signed.slice(0, 4))) return false
  return verify(bytes.slice(1), signed.slice(4), text)
}

async function verify(key: Bytes, signed: Bytes, text: Bytes): Promise<boolean> {
  const imported = await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']).catch(() => {
    throw new ProofError('unsupported')
  })
  return crypto.subtle.verify('Ed25519', imported, signed, text)
}
