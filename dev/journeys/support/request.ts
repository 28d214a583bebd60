// Asking for machines: through the form, as a person does, or through the API,
// where the form is not what a journey is about.
import { randomUUID } from 'node:crypto'
import { expect, type APIRequestContext, type Page } from '@playwright/test'

export interface Wish {
  project: string
  name: string
  justification: string
  template: string
  size: 'S' | 'M' | 'L' | 'XL'
}

// fresh makes a name that no earlier run on the same product has used.
export const fresh = (stem: string): string => `${stem}-${randomUUID().slice(0, 6)}`

export const medium = (stem: string): Wish => ({
  project: 'Webshop',
  name: fresh(stem),
  justification: 'Load tests for the new checkout before the release.',
  template: 'Ubuntu 24.04 LTS',
  size: 'M',
})

// fillIn fills in the request form with the mouse and the keyboard.
export async function fillIn(page: Page, wish: Wish) {
  await page.getByLabel('Project').fill(wish.project)
  await page.getByLabel('Name of the machine').fill(wish.name)
  await page.getByLabel('What do you need it for?').fill(wish.justification)
  await page.getByRole('radio', { name: wish.template }).click()
  await sizeCard(page, wish.size).click()
}

export const sizeCard = (page: Page, size: Wish['size']) =>
  page.getByRole('radiogroup', { name: 'Size' }).getByRole('radio', { name: new RegExp(`^${size} `) })

export interface Asked {
  id: string
  name: string
  state: string
  vm_id: string | null
}

const templates: Record<string, string> = { 'Ubuntu 24.04 LTS': 'ubuntu-24.04', 'Debian 12': 'debian-12', 'Windows Server 2022': 'windows-2022' }

// ask sends a wish through the API.
export async function ask(api: APIRequestContext, { template, ...wish }: Wish): Promise<Asked> {
  return post(api, '/api/v1/requests', { ...wish, template: templates[template], network: 'prod', lease_days: 90 })
}

export const decide = (api: APIRequestContext, id: string, decision: 'approve' | 'reject', reason = ''): Promise<Asked> =>
  post(api, `/api/v1/requests/${id}/decision`, { decision, reason })

// settled waits until a request is in a state, and returns it.
export async function settled(api: APIRequestContext, id: string, state: string): Promise<Asked> {
  let request: Asked | undefined
  await expect
    .poll(
      async () => {
        request = (await (await api.get(`/api/v1/requests/${id}`)).json()) as Asked
        return request.state
      },
      { message: `request ${id} becomes ${state}`, intervals: [50, 100, 200] },
    )
    .toBe(state)
  if (!request) throw new Error('the poll passed without an answer')
  return request
}

async function post<T>(api: APIRequestContext, path: string, data: unknown): Promise<T> {
  const response = await api.post(path, { data, headers: { 'idempotency-key': randomUUID() } })
  expect(response.ok(), `POST ${path}: ${await response.text()}`).toBe(true)
  return (await response.json()) as T
}
