import type { inbox as en } from '../en/inbox'

export const inbox: typeof en = {
  inbox: {
    title: 'Benachrichtigungen',
    open: 'Benachrichtigungen',
    openUnread_one: 'Benachrichtigungen, {{count}} ungelesen',
    openUnread_other: 'Benachrichtigungen, {{count}} ungelesen',
    empty: 'Nichts Neues',
    emptyText: 'Wenn sich bei Ihren Anträgen etwas tut, lesen Sie es hier zuerst.',
    markRead: 'Alle als gelesen markieren',
    unread: 'ungelesen',
  },
  message: {
    request_submitted: 'Ihr Antrag „{{name}}“ ist angekommen',
    decision_needed: '„{{name}}“ braucht Ihre Entscheidung',
    decision_reminder: '„{{name}}“ wartet noch auf Ihre Entscheidung',
    request_approved: '„{{name}}“ ist freigegeben',
    request_rejected: '„{{name}}“ wurde abgelehnt',
    request_expired: 'Über „{{name}}“ wurde nicht rechtzeitig entschieden',
    request_withdrawn: '„{{name}}“ wurde zurückgezogen',
    vm_ready: '„{{name}}“ ist bereit',
    vm_failed: '„{{name}}“ konnte nicht gebaut werden',
    bundle_ready: 'Ihr Nachweispaket ist bereit',
    other: 'Neues zu „{{name}}“',
  },
}
