import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { follow } from './live'

// A stream that the test drives.
class FakeSource extends EventTarget {
  static readonly CLOSED = 2
  static all: FakeSource[] = []
  readyState = 1
  constructor() {
    super()
    FakeSource.all.push(this)
  }
  close() {
    this.readyState = 2
  }
  change(type: string) {
    const data = JSON.stringify({ type: `io.dcm.${type}.v1`, stream_id: 'r1', version: 1 })
    this.dispatchEvent(new MessageEvent('change', { data }))
  }
  greet(resumed: boolean) {
    this.dispatchEvent(new MessageEvent('hello', { data: JSON.stringify({ resumed }) }))
  }
  fail(closed: boolean) {
    if (closed) this.readyState = 2
    this.dispatchEvent(new Event('error'))
  }
}

const setup = () => {
  const client = new QueryClient()
  const invalidate = vi.spyOn(client, 'invalidateQueries').mockResolvedValue()
  const stop = follow(client)
  const last = () => FakeSource.all.at(-1) ?? expect.fail('no connection was opened')
  const asked = () => invalidate.mock.calls.map(([filters]) => filters?.queryKey)
  return { invalidate, stop, last, asked }
}

beforeEach(() => {
  FakeSource.all = []
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', FakeSource)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('follow', () => {
  it('AsksAgainForWhatChanged', () => {
    const { stop, last, asked } = setup()
    last().change('approval.granted')
    vi.advanceTimersByTime(100)
    expect(asked()).toContainEqual(['requests', 'detail', 'r1'])
    stop()
  })

  it('CountsABurstAsOneChange', () => {
    const { stop, last, asked } = setup()
    last().change('approval.granted')
    last().change('provisioning.started')
    last().change('provisioning.advanced')
    vi.advanceTimersByTime(100)
    expect(asked().filter((key) => JSON.stringify(key) === '["requests","list"]')).toHaveLength(1)
    stop()
  })

  it('LeavesAHiccupToTheBrowser', () => {
    const { stop, last } = setup()
    last().fail(false)
    vi.advanceTimersByTime(60_000)
    expect(FakeSource.all).toHaveLength(1)
    stop()
  })

  it.each([
    { name: 'CatchesUpWhenTheServerCannotResume', resumed: false, asks: 1 },
    { name: 'AsksForNothingWhenResumed', resumed: true, asks: 0 },
  ])('$name', ({ resumed, asks }) => {
    const { stop, last, invalidate } = setup()
    last().greet(true)
    last().fail(false)
    last().greet(resumed)
    expect(invalidate).toHaveBeenCalledTimes(asks)
    stop()
  })

  it('CatchesUpOnAConnectionMadeAnew', () => {
    const { stop, last, invalidate } = setup()
    last().greet(true)
    last().fail(true)
    vi.advanceTimersByTime(1_000)
    expect(FakeSource.all).toHaveLength(2)
    invalidate.mockClear()
    last().greet(true)
    expect(invalidate, 'the new one does not know where the old one stopped').toHaveBeenCalledTimes(1)
    stop()
  })

  it('CatchesUpWhenTheFirstConnectionTookItsTime', () => {
    const { stop, last, invalidate } = setup()
    last().fail(false)
    last().greet(true)
    expect(invalidate).toHaveBeenCalledTimes(1)
    stop()
  })

  it('StopsForGood', () => {
    const { stop, last } = setup()
    last().fail(true)
    stop()
    vi.advanceTimersByTime(60_000)
    expect(FakeSource.all).toHaveLength(1)
  })
})
