import { isStatus } from '@/api/problem'
import type { StuckPage, StuckWork } from '@/api/types'

export interface Door {
  list: (cursor: string) => Promise<StuckPage> // of what was given up
  replay: (work: StuckWork) => Promise<unknown>
}

// replayAll has everything tried again that is given up now, one after the other,
// and returns how much that was. It looks at all of it first: what fails again at
// once must not be tried for ever. What somebody else has replayed meanwhile is
// passed over.
export async function replayAll({ list, replay }: Door, progress: (done: number, of: number) => void): Promise<number> {
  const all: StuckWork[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: StuckPage = await list(cursor)
    all.push(...page.items)
    cursor = page.next_cursor
  }
  let replayed = 0
  for (const [i, work] of all.entries()) {
    progress(i, all.length)
    try {
      await replay(work)
      replayed++
    } catch (error) {
      if (!isStatus(error, 409)) throw error
    }
  }
  return replayed
}
