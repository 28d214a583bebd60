import type { Catalogue } from '@/i18n/en'

type Code = keyof Catalogue['failureCode']

// Why a build failed, as provisioning names it.
const codes = [
  'unreachable',
  'session',
  'busy',
  'interrupted',
  'powered_off',
  'credentials_refused',
  'certificate_untrusted',
  'not_vcenter',
  'no_permission',
  'insufficient_resources',
  'template_missing',
  'template_unusable',
  'network_missing',
  'datastore_missing',
  'resource_pool_missing',
  'folder_missing',
  'invalid_name',
  'disk_too_small',
  'foreign_vm',
  'incident_duplicate_uuid',
  'customization_failed',
  'hardware_mismatch',
  'connection_missing',
  'time_limit',
] as const satisfies readonly Code[]

// knownCode is the code if there are words for it.
export const knownCode = (code: string): Code => codes.find((known) => known === code) ?? 'other'
