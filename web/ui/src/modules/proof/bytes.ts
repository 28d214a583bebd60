// Bytes as receipts and notes write them. WebCrypto wants arrays over plain buffers.
export type Bytes = Uint8Array<ArrayBuffer>

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text)

export function fromBase64(text: string): Bytes {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
  if (toBase64(bytes) !== text) throw new RangeError('another way to write the same bytes')
  return bytes
}

const toBase64 = (bytes: Bytes) => btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(''))

export function fromHex(text: string): Bytes {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new RangeError('no hexadecimal bytes')
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16))
}

export const toHex = (bytes: Bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')

// bigEndian writes a number that must be whole and exact.
export function bigEndian(n: number, length: 4 | 8): Bytes {
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError('no exact number')
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(n))
  return bytes.slice(8 - length)
}

export function join(...parts: Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

// framed puts each part behind its length, so that none can pass for two.
export const framed = (...parts: Bytes[]) => join(...parts.flatMap((part) => [bigEndian(part.length, 4), part]))

export const sha256 = async (bytes: Bytes): Promise<Bytes> => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))

export const same = (a: Bytes, b: Bytes) => toHex(a) === toHex(b)
