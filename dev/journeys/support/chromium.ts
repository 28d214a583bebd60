// The browser is the system's: nothing is downloaded. A browser that phones home
// would make the journeys depend on what is out there.
const always = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

// Its sandbox does not work for root, which is what one is in a container.
const root = process.getuid?.() === 0

export const chromium = {
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: root ? ['--no-sandbox', ...always] : always,
}
