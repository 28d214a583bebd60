// The history tree of RFC 6962: leaves are hashed behind a zero byte, two
// subtrees behind a one.
import { join, sha256, type Bytes } from './bytes'
import { ProofError } from './fault'

export interface Node {
  level: number
  n: number
  hash: Bytes
}

export const leafHash = (leaf: Bytes) => sha256(join(Uint8Array.of(0), leaf))
const nodeHash = (left: Bytes, right: Bytes) => sha256(join(Uint8Array.of(1), left, right))

// deepest is beyond what numbers of leaves can be exact.
const deepest = 52

// rootOf computes the root of a tree of so many leaves from one of them and what
// covers the rest. Without the leaf's share in it, it is no proof.
export async function rootOf(size: number, place: number, leaf: Bytes, cover: Node[]): Promise<Bytes> {
  const known = new Map(cover.map(({ level, n, hash }) => [`${level} ${n}`, hash]))
  const share = { found: false }

  const hashAt = async (level: number, n: number): Promise<Bytes> => {
    if (level === 0 && n === place) {
      share.found = true
      return leaf
    }
    const given = known.get(`${level} ${n}`)
    if (given) return given
    if (level === 0) throw new ProofError('rewritten')
    const left = await hashAt(level - 1, 2 * n)
    return nodeHash(left, await hashAt(level - 1, 2 * n + 1))
  }

  // One full subtree for each bit of the size, from left to right.
  const peaks: Bytes[] = []
  for (let level = deepest; level >= 0; level--) {
    const below = Math.floor(size / 2 ** level)
    if (below % 2 === 1) peaks.push(await hashAt(level, below - 1))
  }
  const [last, ...rest] = peaks.reverse()
  if (!last || !share.found) throw new ProofError('rewritten')
  let root = last
  for (const left of rest) root = await nodeHash(left, root)
  return root
}
