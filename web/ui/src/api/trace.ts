// A trace begins with the click and ends with the mail (W3C Trace Context).

// freshTrace is a traceparent that nobody has used.
export function freshTrace(): string {
  return `00-${randomHex(16)}-${randomHex(8)}-01`
}

function randomHex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (x) => x.toString(16).padStart(2, '0')).join('')
}
