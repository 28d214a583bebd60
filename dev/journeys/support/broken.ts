// Taking away from a function what it needs, so that it fails for good, and
// giving it back. The inbox refuses one machine's messages, as a bad migration
// or a full disk would refuse everybody's; no other journey notices.
import { expect } from '@playwright/test'
import pg from 'pg'
import { run } from './run.ts'

const query = async <T extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<T[]> => {
  const client = new pg.Client({ connectionString: run.database })
  await client.connect()
  try {
    return (await client.query<T>(sql, values)).rows
  } finally {
    await client.end()
  }
}

const constraint = (name: string) => pg.escapeIdentifier(`no messages about ${name}`)

// breakInbox makes it impossible to tell anybody about a machine of that name.
export const breakInbox = (name: string) =>
  query(`alter table dcm.inbox add constraint ${constraint(name)} check (subject <> ${pg.escapeLiteral(name)}) not valid`)

// overdue makes what notify owes about a request an hour old, and the next attempt
// an hour away.
export const overdue = (request: string) =>
  query(`update dcm.work set due_at = due_at - interval '1 hour', not_before = now() + interval '1 hour' where stream_id = $1 and function = 'notify'`, [request])

// mendInbox makes it possible again.
export const mendInbox = (name: string) => query(`alter table dcm.inbox drop constraint if exists ${constraint(name)}`)

// givenUp waits until notify has given up what it owes about a request, and
// returns how much that is. It lets no time pass between the attempts: with their
// pauses they take minutes.
export async function givenUp(request: string): Promise<number> {
  let dead = 0
  await expect
    .poll(
      async () => {
        await query(`update dcm.work set not_before = '-infinity' where stream_id = $1 and function = 'notify' and not dead`, [request])
        const rows = await query<{ dead: boolean }>(`select dead from dcm.work where stream_id = $1 and function = 'notify'`, [request])
        dead = rows.length
        return rows.length > 0 && rows.every((row) => row.dead)
      },
      { message: `notify gives up on request ${request}`, timeout: 60_000, intervals: [300] },
    )
    .toBe(true)
  return dead
}
