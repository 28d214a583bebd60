import { z } from 'zod'

// The content security policy refuses code made at run time, so zod need not try.
z.config({ jitless: true })

export { z }
