import { defineConfig } from '@playwright/test'
import { chromium } from './support/chromium.ts'
import { run } from './support/run.ts'

// The journeys share one product and its clock, and some of them measure; two at
// a time is what a small machine bears.
export default defineConfig({
  testDir: 'journeys',
  outputDir: 'output/results',
  timeout: 90_000,
  expect: { timeout: 15_000 },
  workers: 2,
  retries: 0,
  forbidOnly: true,
  reporter: [['list']],
  use: {
    baseURL: run.portal,
    launchOptions: chromium,
    // With a film of every page the journeys take twice as long.
    trace: { mode: 'retain-on-failure', screenshots: false, sources: false },
    screenshot: 'only-on-failure',
  },
})
