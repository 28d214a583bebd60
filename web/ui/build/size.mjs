// Weighs the JavaScript that the signed-in home page loads, as it is sent
// (gzip), and fails the build when it outgrows its budget.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const budget = 150 * 1024
const dist = new URL('../dist/', import.meta.url)
const read = (path) => readFileSync(new URL(path, dist))
const kb = (bytes) => `${(bytes / 1024).toFixed(1).padStart(8)} KB`

function weigh(path) {
  const bytes = gzipSync(read(path)).length
  console.log(`${kb(bytes)}  ${path}`)
  return bytes
}

// The page names its scripts, and the home page is in them; one language comes
// on top.
const page = [...read('index.html').toString().matchAll(/<script[^>]* src="\/([^"]+)"/g)].map(([, path]) => path)
const manifest = JSON.parse(read('.vite/manifest.json'))
const languages = ['de', 'en'].map((language) => manifest[`src/i18n/${language}/index.ts`].file)

const total = page.map(weigh).reduce((a, b) => a + b) + Math.max(...languages.map(weigh))
console.log(`${kb(total)}  signed-in home, gzip (budget ${budget / 1024} KB)`)
if (total > budget) {
  console.error('size: the home page is over its budget; load something lazily')
  process.exit(1)
}
