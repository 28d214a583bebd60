import type { shell as en } from '../en/shell'

export const shell: typeof en = {
  nav: {
    label: 'Hauptnavigation',
    skip: 'Zum Inhalt springen',
    home: 'Start',
    requests: 'Meine Anträge',
    approvals: 'Freigaben',
    vms: 'Meine VMs',
    audit: 'Audit-Log',
    settings: 'Einstellungen',
    menu: 'Menü',
    more: 'Mehr',
    count: '{{name}}, {{n}}',
  },
  header: {
    search: 'Suchen oder springen zu …',
    language: 'Sprache',
    theme: 'Farbschema',
    account: 'Ihr Konto',
  },
  palette: {
    title: 'Suche und Befehle',
    placeholder: 'Was suchen Sie?',
    pages: 'Gehe zu',
    actions: 'Ausführen',
    requests: 'Anträge',
    vms: 'VMs',
    nothing: 'Nichts gefunden für „{{q}}“.',
    dark: 'Zum dunklen Farbschema wechseln',
    light: 'Zum hellen Farbschema wechseln',
    german: 'Auf Deutsch umschalten',
    english: 'Switch to English',
  },
  session: {
    title: 'Virtuelle Maschinen, in einer Minute beantragt',
    text: 'Beantragen Sie, was Sie brauchen, sehen Sie jederzeit den Stand und nutzen Sie Ihre Maschine, ohne einer E-Mail nachzulaufen.',
    ended: 'Sie sind abgemeldet, oder Ihre Sitzung ist abgelaufen. Entwürfe auf diesem Gerät bleiben erhalten.',
  },
  stalled: 'vCenter ist nicht erreichbar. Ihr Antrag läuft von selbst weiter, sobald es wieder da ist.',
  stalledMany_one: 'vCenter ist nicht erreichbar. {{count}} Ihrer Anträge läuft von selbst weiter, sobald es wieder da ist.',
  stalledMany_other: 'vCenter ist nicht erreichbar. {{count}} Ihrer Anträge laufen von selbst weiter, sobald es wieder da ist.',
}
