// save keeps a file on the person's machine, its bytes as they are.
export function save(content: Blob, filename: string) {
  const anchor = document.createElement('a')
  anchor.href = URL.createObjectURL(content)
  anchor.download = filename
  anchor.click()
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000)
}
