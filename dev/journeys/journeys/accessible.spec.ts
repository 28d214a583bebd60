import { AxeBuilder } from '@axe-core/playwright'
import type { APIRequestContext } from '@playwright/test'
import { expect, test } from '../support/journey.ts'
import { arrange, screens, type Scene } from '../support/screens.ts'
import { turn } from '../support/theme.ts'
import { answered } from '../support/watch.ts'

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']

test.describe.configure({ mode: 'parallel' })
test.use({ trace: 'off' }) // the complaint names the element

// What happened before is arranged once for all screens.
let arranged: Promise<Scene> | undefined
const scene = (api: (username: string) => Promise<APIRequestContext>) => (arranged ??= arrange(api))

for (const screen of screens) {
  test(`axe finds nothing: ${screen.name}`, async ({ as, stranger, api, watch }) => {
    if (!screen.who) watch.expect(answered(401, '/api/v1/'))
    const path = screen.path(await scene(api))
    for (const language of ['de', 'en'] as const) {
      const manner = { language, locale: language === 'de' ? 'de-DE' : 'en-GB', colorScheme: 'light' } as const
      const page = screen.who ? await as(screen.who, manner) : await stranger(manner)
      await page.goto(path)
      await screen.settled(page).waitFor()
      await screen.open?.(page)
      await expect(page.locator('html')).toHaveAttribute('lang', language)
      for (const theme of ['light', 'dark'] as const) {
        await turn(page, theme)
        // There are no frames, which is all that legacy mode leaves out; it is faster.
        const { violations } = await new AxeBuilder({ page }).withTags(rules).setLegacyMode().analyze()
        const found = violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((n) => `  ${n.html}\n  ${n.any[0]?.message ?? ''}`).join('\n')}`)
        expect(found, `${screen.name}, ${language}, ${theme}`).toEqual([])
      }
      await page.close()
    }
  })
}
