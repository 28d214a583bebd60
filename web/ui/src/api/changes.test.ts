import { describe, expect, it } from 'vitest'
import { parseChange, staleKeys } from './changes'

const change = (type: string) => ({ type: `io.dcm.${type}.v1`, stream_id: 'r1', version: 2 })

describe('staleKeys', () => {
  it.each([
    { name: 'ARequestTouchesListsAndQueue', type: 'request.submitted', has: [['requests', 'list'], ['requests', 'detail', 'r1'], ['approvals']] },
    { name: 'ADecisionTouchesTheTimeline', type: 'approval.granted', has: [['requests', 'timeline', 'r1'], ['approvals']] },
    { name: 'BuildingTouchesTheMachines', type: 'provisioning.succeeded', has: [['requests', 'detail', 'r1'], ['vms']] },
    { name: 'ANotificationTouchesTheInbox', type: 'notification.queued', has: [['inbox'], ['requests', 'timeline', 'r1']] },
    { name: 'ABundleTouchesTheBundles', type: 'audit.exported', has: [['audit', 'bundles']] },
    { name: 'AReplayTouchesWhatIsStuck', type: 'work.replayed', has: [['stuck']] },
    { name: 'WhatIsDoneIsNotStuck', type: 'notification.queued', has: [['stuck']] },
    { name: 'AnUnknownTypeTouchesItsStream', type: 'quota.reserved', has: [['requests', 'detail', 'r1'], ['requests', 'timeline', 'r1']] },
  ])('$name', ({ type, has }) => {
    const keys = staleKeys(change(type))
    for (const key of has) expect(keys).toContainEqual(key)
  })

  it('LeavesOtherRequestsAlone', () => {
    expect(staleKeys(change('request.submitted'))).not.toContainEqual(['requests'])
  })

  it('EveryFactIsInTheAuditLog', () => {
    for (const type of ['request.submitted', 'person.introduced', 'connection.configured', 'something.new']) {
      expect(staleKeys(change(type))).toContainEqual(['audit', 'facts'])
    }
  })
})

describe('parseChange', () => {
  it.each([
    { name: 'AChange', data: '{"type":"io.dcm.request.submitted.v1","stream_id":"r1","version":1}', ok: true },
    { name: 'ACommentOrNonsense', data: 'hello', ok: false },
    { name: 'AnotherShape', data: '{"type":1}', ok: false },
    { name: 'Null', data: 'null', ok: false },
  ])('$name', ({ data, ok }) => {
    expect(parseChange(data) !== null).toBe(ok)
  })
})
