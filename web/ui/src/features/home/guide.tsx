import { BadgeCheck, MessageSquareText, Rocket } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'

const steps = [
  { icon: MessageSquareText, title: 'guide.ask', text: 'guide.askText' },
  { icon: BadgeCheck, title: 'guide.approve', text: 'guide.approveText' },
  { icon: Rocket, title: 'guide.use', text: 'guide.useText' },
] as const

// Guide greets somebody who has nothing yet.
export function Guide() {
  const { t } = useTranslation()
  return (
    <Card className="overflow-hidden" aria-labelledby="guide">
      <div className="bg-brand-wash px-6 py-10 text-center sm:px-10">
        <h2 id="guide" className="text-2xl font-semibold tracking-tight">
          {t('guide.title')}
        </h2>
        <p className="mx-auto mt-2 max-w-xl text-[15px] text-soft">{t('guide.lead')}</p>
        <Button asChild size="lg" className="mt-6">
          <Link to="/requests/new">{t('guide.start')}</Link>
        </Button>
      </div>
      <ol className="grid gap-8 px-6 py-8 sm:grid-cols-3 sm:px-10">
        {steps.map(({ icon: Icon, title, text }, i) => (
          <li key={title}>
            <span className="grid size-10 place-items-center rounded-lg bg-brand-tint text-brand-ink">
              <Icon className="size-5" aria-hidden />
            </span>
            <h3 className="mt-3 text-[15px] font-semibold">
              {i + 1}. {t(title)}
            </h3>
            <p className="mt-1 text-soft">{t(text)}</p>
          </li>
        ))}
      </ol>
    </Card>
  )
}
