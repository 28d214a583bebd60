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

const en = { ...common, ...shell, ...home, ...requests, ...approvals, ...vms, ...audit, ...inbox, ...settings, ...stuck }

// Catalogue is every text of the portal; another language that leaves one out
// does not compile.
export type Catalogue = typeof en

export default en
