import type { Page } from '@playwright/test'

// turn makes the system light or dark, and waits until the page has followed:
// colours that are still on their way are nobody's to judge.
export async function turn(page: Page, theme: 'light' | 'dark') {
  await page.emulateMedia({ colorScheme: theme })
  await page.waitForFunction((wanted: string) => [undefined, wanted].includes(document.documentElement.dataset['theme']), theme)
  await page.evaluate(async () => {
    const frame = () => new Promise(requestAnimationFrame)
    await frame()
    await frame()
    const ending = document.getAnimations().filter((a) => a.effect?.getComputedTiming().endTime !== Infinity)
    await Promise.allSettled(ending.map((a) => a.finished))
    await frame()
  })
}
