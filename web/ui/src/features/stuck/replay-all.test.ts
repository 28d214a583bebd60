import { describe, expect, it, vi } from 'vitest'
import { ApiError, plain } from '@/api/problem'
import type { StuckPage, StuckWork } from '@/api/types'
import { replayAll } from './replay-all'

const work = (id: string): StuckWork => ({
  id,
  state: 'dead',
  function: 'notify',
  stream_id: id,
  fact_id: id,
  fact_type: '',
  timer: '',
  request_id: null,
  request_name: '',
  attempts: 1,
  since: '2026-03-10T14:00:00Z',
  next_try: null,
  reason: '',
})

const pages: Record<string, StuckPage> = {
  '': { items: [work('a'), work('b')], next_cursor: '2', dead: 3 },
  '2': { items: [work('c')], next_cursor: null, dead: 3 },
}
const list = (cursor: string) => Promise.resolve(pages[cursor] ?? { items: [], next_cursor: null, dead: 0 })

const door = (refuse: Record<string, number> = {}) => {
  const replay = vi.fn(({ id }: StuckWork) => {
    const status = refuse[id]
    return status === undefined ? Promise.resolve({ id }) : Promise.reject(new ApiError(plain(status, 'no')))
  })
  return { list: vi.fn(list), replay }
}

describe('replayAll', () => {
  it('TriesWhatIsOnEveryPageOnce', async () => {
    const d = door()
    const progress = vi.fn()
    await expect(replayAll(d, progress)).resolves.toBe(3)
    expect(d.replay.mock.calls.map(([w]) => w.id)).toEqual(['a', 'b', 'c'])
    expect(d.list).toHaveBeenCalledTimes(2)
    expect(progress.mock.calls).toEqual([
      [0, 3],
      [1, 3],
      [2, 3],
    ])
  })

  it('PassesOverWhatSomebodyElseWasFasterWith', async () => {
    await expect(replayAll(door({ b: 409 }), () => undefined)).resolves.toBe(2)
  })

  it('StopsWhenThePortalIsAway', async () => {
    const d = door({ b: 0 })
    await expect(replayAll(d, () => undefined)).rejects.toThrow()
    expect(d.replay).toHaveBeenCalledTimes(2)
  })

  it('FindsNothing', async () => {
    await expect(replayAll({ ...door(), list: () => list('none') }, () => undefined)).resolves.toBe(0)
  })
})
