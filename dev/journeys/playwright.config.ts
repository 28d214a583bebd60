import { defineConfig } from '@playwright/test'
import { chromium } from './support/chromium.ts'
import { run } from './support/run.ts'

// The journeys share one product and its clock, and some of them measure; two at
// a time is what a small machine bears.
export default defineConfig({
  testDir: 'journeys',
  outputDir: 'output/results',
  timeout: 60_000,
  expect: { timeout: 10_000 },
  workers: 2,
  retries: 0,
  forbidOnly: true,
  reporter: [['list']],
  use: {
    baseURL: run.portal,
    launchOptions: chromium,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
})
