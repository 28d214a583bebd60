import { expect } from '@playwright/test'
import { person, run } from './run.ts'

export interface Mail {
  subject: string
  text: string
  html: string
}

// mailTo waits for a mail to somebody whose subject has these words.
export async function mailTo(username: string, ...words: string[]): Promise<Mail> {
  let mail: Mail | undefined
  await expect
    .poll(
      async () => {
        const answer = await fetch(`${run.mail}/api/mails?to=${encodeURIComponent(person(username).email)}`)
        const { mails } = (await answer.json()) as { mails: Mail[] }
        mail = mails.find(({ subject }) => words.every((word) => subject.includes(word)))
        return mail?.subject
      },
      { message: `a mail to ${username} about ${words.join(', ')}`, timeout: 15_000 },
    )
    .toBeDefined()
  if (!mail) throw new Error('the poll passed without a mail')
  return mail
}
