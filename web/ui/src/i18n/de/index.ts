import type { Catalogue } from '../en'
import { approvals } from './approvals'
import { audit } from './audit'
import { common } from './common'
import { home } from './home'
import { inbox } from './inbox'
import { requests } from './requests'
import { settings } from './settings'
import { shell } from './shell'
import { stuck } from './stuck'
import { vms } from './vms'

const de: Catalogue = { ...common, ...shell, ...home, ...requests, ...approvals, ...vms, ...audit, ...inbox, ...settings, ...stuck }

export default de
