import type { common as en } from '../en/common'

export const common: typeof en = {
  action: {
    close: 'Schließen',
    cancel: 'Abbrechen',
    tryAgain: 'Erneut versuchen',
    more: 'Mehr anzeigen',
    back: 'Zurück',
    copy: '{{what}} kopieren',
    signIn: 'Anmelden',
    signOut: 'Abmelden',
    home: 'Zur Startseite',
    request: 'VM beantragen',
    showAll: 'Alle anzeigen',
    clear: 'Filter zurücksetzen',
  },
  state: {
    loading: 'Wird geladen …',
    copied: 'Kopiert',
  },
  failure: {
    unreachable: {
      title: 'Das Portal ist nicht erreichbar',
      text: 'Vielleicht ist Ihre Verbindung unterbrochen. Es geht nichts verloren; versuchen Sie es gleich noch einmal.',
    },
    forbidden: {
      title: 'Das ist nicht für Sie freigegeben',
      text: 'Ihre Rolle schließt es nicht ein. Wenn Sie es brauchen, wenden Sie sich an die Verwaltung von DCM in Ihrer Organisation.',
    },
    missing: {
      title: 'Hier ist nichts',
      text: 'Vielleicht wurde es verschoben, oder die Adresse stimmt nicht ganz.',
    },
    broken: {
      title: 'Bei uns ist etwas schiefgegangen',
      text: 'Das liegt nicht an Ihnen. Versuchen Sie es noch einmal; bleibt es dabei, nennen Sie Ihrer Verwaltung den Code unten.',
    },
    action: 'Das hat nicht geklappt: {{detail}}',
    conflict: 'Jemand war schneller. Die Seite zeigt jetzt den aktuellen Stand.',
    offline: 'Sie sind offline. Was Sie sehen, ist möglicherweise veraltet.',
    reconnecting: 'Verbindung für Live-Aktualisierungen wird wiederhergestellt …',
  },
  duration: {
    days_one: '{{count}} Tag',
    days_other: '{{count}} Tage',
  },
  money: {
    perMonth: 'pro Monat',
  },
  hardware: {
    vcpu: '{{n}} vCPU',
    ram: '{{n}} GiB RAM',
    disk: '{{n}} GiB Platte',
    line: '{{size}} · {{vcpu}} vCPU · {{ram}} GiB RAM · {{disk}} GiB Platte',
    short: '{{size}} · {{vcpu}} vCPU · {{ram}} GiB',
  },
  role: {
    user: 'Nutzung',
    project_admin: 'Projektleitung',
    approver: 'Freigabe',
    tenant_admin: 'Verwaltung',
    auditor: 'Revision',
    super_admin: 'Betrieb',
  },
  person: {
    gone: 'Gelöschte Person',
    export: { html: 'Daten zum Lesen', json: 'Daten als JSON' },
    exportOf: { html: 'Daten zum Lesen über {{name}}', json: 'Daten als JSON über {{name}}' },
  },
  function: {
    submit: 'DCM (Annahme)',
    approve: 'DCM (Richtlinie)',
    provision: 'DCM (Bereitstellung)',
    notify: 'DCM (Benachrichtigung)',
    'audit-export': 'DCM (Audit-Export)',
    web: 'DCM (Portal)',
    operator: 'Betrieb',
  },
}
