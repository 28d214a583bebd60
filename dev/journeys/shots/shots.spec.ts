import { mkdir } from 'node:fs/promises'
import { test } from '../support/journey.ts'
import type { Scene, Screen } from '../support/screens.ts'
import { screens } from '../support/screens.ts'
import { turn } from '../support/theme.ts'
import { answered } from '../support/watch.ts'
import { stage } from './scene.ts'

const shapes = {
  desktop: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
}

// What only a broken product shows.
const stuck: Screen = { name: 'stuck work', who: 'martin.weiss', path: () => '/stuck', settled: (page) => page.getByRole('main').getByRole('listitem').first() }
const broken: Screen[] = [
  stuck,
  {
    ...stuck,
    name: 'stuck work, try again',
    open: async (page) => {
      await page.getByRole('main').getByRole('listitem').getByRole('button').locator('visible=true').first().click()
      await page.getByRole('dialog').waitFor()
    },
  },
  { ...stuck, name: 'stuck work of an auditor', who: 'clara.stein' },
]

test.describe.configure({ mode: 'default' })

let staged: Promise<Scene> | undefined

for (const [shape, manner] of Object.entries(shapes)) {
  for (const language of ['en', 'de'] as const) {
    test(`${shape}, ${language}`, async ({ as, stranger, api, watch }) => {
      watch.expect(answered(401, '/api/v1/'))
      const scene = await (staged ??= stage(api))
      const folder = `output/shots/${shape}-${language}`
      await mkdir(folder, { recursive: true })
      for (const screen of [...screens, ...broken]) {
        const options = { ...manner, language, locale: language === 'de' ? 'de-DE' : 'en-GB', colorScheme: 'light' } as const
        const page = screen.who ? await as(screen.who, options) : await stranger(options)
        await page.goto(screen.path(scene))
        await screen.settled(page).waitFor()
        await screen.open?.(page)
        await page.waitForLoadState('networkidle', { timeout: 1_000 }).catch(() => undefined) // live updates keep it busy
        for (const theme of ['light', 'dark'] as const) {
          await turn(page, theme)
          await page.screenshot({ path: `${folder}/${screen.name.replaceAll(' ', '-')}-${theme}.png`, fullPage: true })
        }
        await page.close()
      }
    })
  }
}
