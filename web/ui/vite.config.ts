import tailwind from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// Where the Go side listens while developing.
const portal = process.env['DCM_PORTAL'] ?? 'http://localhost:8080'

export default defineConfig({
  plugins: [react(), tailwind()],
  resolve: { alias: { '@': new URL('./src', import.meta.url).pathname } },
  build: {
    manifest: true,
    // The content security policy allows no data: scripts or styles.
    assetsInlineLimit: 0,
    target: 'es2023',
    rolldownOptions: {
      output: {
        // What the first page needs is one file, what several screens share is
        // another, and the rest stays with its screen. Left alone, the bundler
        // makes a file of every few lines that two screens have in common.
        codeSplitting: {
          groups: [
            { name: 'main', tags: ['$initial'], priority: 2 },
            { name: 'shared', minShareCount: 2, priority: 1 },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': portal, '/auth': portal } },
  test: { environment: 'jsdom', include: ['src/**/*.test.{ts,tsx}'] },
})
