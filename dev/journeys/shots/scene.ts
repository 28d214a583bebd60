import type { APIRequestContext } from '@playwright/test'
import { breakInbox, givenUp, mendInbox, overdue } from '../support/broken.ts'
import { ask, decide, settled, type Wish } from '../support/request.ts'
import type { Scene } from '../support/screens.ts'

const wish = (name: string, project: string, size: Wish['size'], template: string, justification: string): Wish => ({ name, project, size, template, justification })

const ubuntu = 'Ubuntu 24.04 LTS'
const debian = 'Debian 12'
const windows = 'Windows Server 2022'

// stage is an ordinary week at a customer's: something waits, something runs,
// something was refused.
export async function stage(api: (username: string) => Promise<APIRequestContext>): Promise<Scene> {
  const jana = await api('jana.vogel')
  const paul = await api('paul.richter')
  const anna = await api('anna.berg')

  const wiki = await ask(jana, wish('intranet-wiki-01', 'Intranet', 'S', debian, 'The new wiki of the personnel department.'))
  await ask(jana, wish('webshop-test-01', 'Webshop', 'S', ubuntu, 'Test environment for the payment team.'))
  const search = await ask(jana, wish('webshop-search-01', 'Webshop', 'M', ubuntu, 'Search index for the spring catalogue.'))
  const print = await ask(paul, wish('print-win-01', 'Office', 'M', windows, 'Print server for the new floor.'))
  const render = await ask(jana, wish('render-farm-01', 'Marketing', 'XL', debian, 'Rendering the trade-fair film.'))
  for (const { id } of [search, print, render]) await settled(anna, id, 'waiting')
  await decide(anna, search.id, 'approve')
  await decide(anna, print.id, 'approve')
  await decide(anna, render.id, 'reject', 'The size is larger than the purpose needs. Please ask for a smaller one.')

  const waiting = await ask(jana, wish('webshop-load-01', 'Webshop', 'L', ubuntu, 'Load tests for the new checkout before the release in May. The last ones were cut short by too little memory.'))
  await ask(paul, wish('bi-warehouse-02', 'Controlling', 'XL', debian, 'Second node of the data warehouse; the monthly closing takes a whole night.'))
  const late = await ask(paul, wish('crm-win-03', 'Sales', 'M', windows, 'Staging for the CRM upgrade.'))
  await settled(anna, late.id, 'waiting')
  await stick(paul)
  const { vm_id } = await settled(jana, wiki.id, 'ready')
  await settled(jana, search.id, 'ready')
  return { waiting: waiting.id, rejected: render.id, ready: search.id, vm: vm_id ?? '' }
}

// stick leaves messages lying: about one machine given up, about another overdue.
async function stick(paul: APIRequestContext) {
  const dead = wish('sales-report-01', 'Sales', 'S', debian, 'Nightly reports.')
  const late = wish('sales-report-02', 'Sales', 'S', debian, 'Weekly reports.')
  await breakInbox(dead.name)
  await breakInbox(late.name)
  const { id } = await ask(paul, dead)
  await settled(paul, id, 'ready')
  await givenUp(id)
  await mendInbox(dead.name)
  const { id: other } = await ask(paul, late)
  await settled(paul, other, 'ready')
  await overdue(other)
}
