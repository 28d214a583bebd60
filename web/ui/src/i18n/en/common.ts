export const common = {
  action: {
    close: 'Close',
    cancel: 'Cancel',
    tryAgain: 'Try again',
    more: 'Show more',
    back: 'Back',
    copy: 'Copy {{what}}',
    signIn: 'Sign in',
    signOut: 'Sign out',
    home: 'Go to the home page',
    request: 'Request a VM',
    showAll: 'Show all',
    clear: 'Clear filters',
  },
  state: {
    loading: 'Loading…',
    copied: 'Copied',
  },
  failure: {
    unreachable: {
      title: 'The portal cannot be reached',
      text: 'Your connection may be down. Nothing is lost; try again in a moment.',
    },
    forbidden: {
      title: 'This is not for you to see',
      text: 'Your role does not include it. If you need it, ask the people who administer your organisation in DCM.',
    },
    missing: {
      title: 'There is nothing here',
      text: 'It may have been moved, or the address is not quite right.',
    },
    broken: {
      title: 'Something went wrong on our side',
      text: 'Nothing you did caused this. Try again; if it stays, tell your administrator the code below.',
    },
    action: 'That did not work: {{detail}}',
    conflict: 'Somebody else was faster. The page now shows how it stands.',
    offline: 'You are offline. What you see may be out of date.',
    reconnecting: 'Reconnecting to live updates…',
  },
  duration: {
    days_one: '{{count}} day',
    days_other: '{{count}} days',
  },
  money: {
    perMonth: 'per month',
  },
  hardware: {
    vcpu: '{{n}} vCPU',
    ram: '{{n}} GiB RAM',
    disk: '{{n}} GiB disk',
    line: '{{size}} · {{vcpu}} vCPU · {{ram}} GiB RAM · {{disk}} GiB disk',
    short: '{{size}} · {{vcpu}} vCPU · {{ram}} GiB',
  },
  role: {
    user: 'User',
    project_admin: 'Project lead',
    approver: 'Approver',
    tenant_admin: 'Administrator',
    auditor: 'Auditor',
    super_admin: 'Operator',
  },
  person: {
    gone: 'Erased person',
    export: { html: 'Data to read', json: 'Data as JSON' },
    exportOf: { html: 'Data to read about {{name}}', json: 'Data as JSON about {{name}}' },
  },
  function: {
    submit: 'DCM (intake)',
    approve: 'DCM (policy)',
    provision: 'DCM (provisioning)',
    notify: 'DCM (notifications)',
    'audit-export': 'DCM (audit export)',
    web: 'DCM (portal)',
    operator: 'Operator',
  },
}
