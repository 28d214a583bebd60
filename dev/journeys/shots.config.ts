import { defineConfig } from '@playwright/test'
import { chromium } from './support/chromium.ts'
import { run } from './support/run.ts'

// Pictures of every screen, to be looked at; nothing is compared.
export default defineConfig({
  testDir: 'shots',
  outputDir: 'output/results',
  timeout: 600_000,
  workers: 2,
  reporter: [['list']],
  use: { baseURL: run.portal, launchOptions: chromium },
})
