import type { Page } from '@playwright/test'
import { expect, test } from '../support/journey.ts'
import { measured, ms } from '../support/measure.ts'

// What a trace costs would be measured too.
test.use({ trace: 'off', screenshot: 'off' })

const budget = 150 * 1024 // bytes of JavaScript, as sent
const promised = 1_000 // ms to the first paint of the signed-in home

test('the signed-in home is light and there at once', async ({ as }) => {
  const jana = await as('jana.vogel')
  await jana.addInitScript(noteHome)
  await arrive(jana)

  const scripts = await jana.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter((e) => new URL(e.name).pathname.endsWith('.js'))
      .map((e) => (e as PerformanceResourceTiming).encodedBodySize),
  )
  const sent = scripts.reduce((sum, n) => sum + n, 0)
  measured('JavaScript of the home page', `${(sent / 1024).toFixed(1)} KB in ${scripts.length} files`)
  expect(sent).toBeLessThan(budget)

  const times: { paint: number; home: number }[] = []
  for (let n = 0; n < 5; n++) {
    await arrive(jana)
    times.push(
      await jana.evaluate(() => ({
        paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity,
        home: (window as unknown as { homePainted: number }).homePainted,
      })),
    )
  }
  const middle = (of: 'paint' | 'home') => times.map((t) => t[of]).sort((a, b) => a - b)[2] ?? Infinity
  measured('first paint, warm', ms(middle('paint')))
  measured('home with its content, warm', ms(middle('home')))
  expect(middle('home')).toBeLessThan(promised)
})

async function arrive(page: Page) {
  await page.goto('/')
  await page.waitForFunction(() => 'homePainted' in window)
}

// noteHome runs in the page: it notes when the home page's heading was painted.
function noteHome() {
  const observer = new MutationObserver(() => {
    if (!document.querySelector('main h1')) return
    observer.disconnect()
    requestAnimationFrame(() => setTimeout(() => Object.assign(window, { homePainted: performance.now() })))
  })
  observer.observe(document, { childList: true, subtree: true })
}
