// What is running: where its parts are and who may sign in. `journeys` starts a
// product of its own and names its description in DCM_RUN; without that, it is
// the one of `make run`.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface Person {
  tenant: string
  username: string
  password: string
  name: string
  email: string
  roles: string[]
}

interface Run {
  portal: string
  issuer: string
  mail: string
  database: string // as its owner
  people: Person[]
}

const file = process.env['DCM_RUN'] ?? fileURLToPath(new URL('../../../.dcm/run.json', import.meta.url))

function read(): Run {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Run
  } catch (cause) {
    throw new Error(`nothing is running that ${file} describes; use "npm test", or "make run" in another terminal`, { cause })
  }
}

export const run = read()

export function person(username: string): Person {
  const found = run.people.find((p) => p.username === username)
  if (!found) throw new Error(`nobody is called ${username}`)
  return found
}
