// The portal's API as the OpenAPI document of the Go side describes it, in the
// shape openapi-typescript writes. Everything else imports src/api/types.ts.

export interface components {
  schemas: {
    Ref: { id: string; name: string }
    Me: {
      person_id: string
      name: string
      email: string
      locale: string
      roles: string[]
      tenant: { id: string; slug: string; name: string }
      can: { approve: boolean; audit: boolean; administer: boolean }
    }
    Size: { key: string; vcpu: number; ram_gib: number; disk_gib: number; monthly_cents: number }
    Template: { key: string; name: string; os: string; connection_id: string }
    Network: { key: string; name: string }
    Offering: {
      currency: string
      sizes: components['schemas']['Size'][]
      templates: components['schemas']['Template'][]
      networks: components['schemas']['Network'][]
      projects: string[]
      lease: { min_days: number; max_days: number; default_days: number }
    }
    NewPreview: { size: string; template: string; network?: string }
    Preview: {
      outcome: 'approve' | 'require'
      rule: string
      role: string
      approvers: string[]
      monthly_cents: number
      currency: string
    }
    RequestState:
      | 'submitted'
      | 'waiting'
      | 'approved'
      | 'provisioning'
      | 'ready'
      | 'rejected'
      | 'withdrawn'
      | 'expired'
      | 'failed'
    NewRequest: {
      project: string
      name: string
      template: string
      size: string
      network: string
      lease_days: number
      justification: string
      replaces?: string
    }
    Receipt: { policy: string; version: number; rule: string; outcome: string; inputs: { [key: string]: unknown } }
    Decision: {
      outcome: string
      automatic: boolean
      by: components['schemas']['Ref'] | null
      reason: string
      at: string
    }
    Provisioning: {
      step: string
      vm_name: string
      stalled: { code: string; detail: string } | null
      failure: { step: string; code: string; detail: string; retryable: boolean } | null
      started_at: string | null
      finished_at: string | null
    }
    Request: {
      id: string
      state: components['schemas']['RequestState']
      project: string
      name: string
      template: string
      os: string
      size: string
      vcpu: number
      ram_gib: number
      disk_gib: number
      network: string
      lease_days: number
      monthly_cents: number
      currency: string
      justification: string
      requester: { id: string; name: string; email: string }
      submitted_at: string
      updated_at: string
      version: number
      receipt: components['schemas']['Receipt'] | null
      due_at: string | null
      waiting_for?: { role: string; approvers: string[] } | null
      replaces?: string | null
      decision: components['schemas']['Decision'] | null
      provisioning: components['schemas']['Provisioning'] | null
      vm_id: string | null
      can: { withdraw: boolean; decide: boolean; retry: boolean }
    }
    RequestPage: { items: components['schemas']['Request'][]; next_cursor: string | null }
    NewDecision: { decision: 'approve' | 'reject'; reason: string }
    TimelineItem: {
      id: string
      type: string
      version: number
      occurred_at: string
      actor: { kind: 'person' | 'function'; id: string; name: string }
      data: { [key: string]: unknown }
    }
    Timeline: { items: components['schemas']['TimelineItem'][] }
    RequesterStats: {
      open: number
      vms: number
      monthly_cents: number
      last: components['schemas']['Request'][]
    }
    Approval: components['schemas']['Request'] & { requester_stats: components['schemas']['RequesterStats'] }
    ApprovalPage: { items: components['schemas']['Approval'][]; next_cursor: string | null; total: number }
    VM: {
      id: string
      request_id: string
      name: string
      project: string
      template: string
      os: string
      size: string
      vcpu: number
      ram_gib: number
      disk_gib: number
      network: string
      owner: components['schemas']['Ref']
      power_state: string
      address: string
      hostname: string
      instance_uuid: string
      monthly_cents: number
      currency: string
      created_at: string
      lease_ends_at: string
    }
    VMPage: { items: components['schemas']['VM'][]; next_cursor: string | null }
    AuditFact: {
      id: string
      type: string
      stream_id: string
      version: number
      occurred_at: string
      recorded_at: string
      actor: { kind: 'person' | 'function'; id: string; name: string }
      source: string
      cause_id: string
      hash: string
      data: { [key: string]: unknown }
    }
    AuditFactPage: { items: components['schemas']['AuditFact'][]; next_cursor: string | null }
    NewBundle: { from: string; to: string }
    Bundle: {
      id: string
      state: 'requested' | 'ready' | 'failed'
      from: string
      to: string
      requested_by: components['schemas']['Ref']
      requested_at: string
      finished_at: string | null
      facts: number
      bytes: number
      sha256: string
      object_key: string
      locked_until: string | null
      detail: string
    }
    BundlePage: { items: components['schemas']['Bundle'][]; next_cursor: string | null }
    BundleLink: { url: string; expires_at: string }
    InboxItem: {
      id: string
      message: string
      request_id: string | null
      bundle_id: string | null
      subject_name: string
      created_at: string
      read: boolean
    }
    InboxPage: { items: components['schemas']['InboxItem'][]; unread: number; next_cursor: string | null }
    InboxRead: { up_to: string }
    InboxUnread: { unread: number }
    Problem: {
      type?: string
      title: string
      status: number
      detail?: string
      instance?: string
      code?: string
      errors?: { field: string; code: string; detail: string }[]
    }
  }
}
