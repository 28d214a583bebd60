import { useEffect, useRef, type ComponentProps } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Approval } from '@/api/types'
import { cn } from '@/components/cn'
import { LoadMore } from '@/components/load-more'
import { Money } from '@/components/money'
import { Time } from '@/components/time'
import { Avatar, nameOf } from '@/modules/person'
import { Due } from './due'

interface Props {
  items: Approval[]
  selected: string | undefined
  more: ComponentProps<typeof LoadMore>
}

export function Queue({ items, selected, more }: Props) {
  return (
    <>
      <ul className="divide-y divide-line">
        {items.map((item) => (
          <QueueRow key={item.id} request={item} current={item.id === selected} />
        ))}
      </ul>
      <LoadMore {...more} />
    </>
  )
}

function QueueRow({ request, current }: { request: Approval; current: boolean }) {
  const { t } = useTranslation()
  const ref = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (current) ref.current?.scrollIntoView({ block: 'nearest' })
  }, [current])
  return (
    <li ref={ref}>
      <Link
        to={`/approvals/${request.id}`}
        aria-current={current ? 'true' : undefined}
        className={cn(
          'flex gap-3 border-l-[3px] border-transparent px-4 py-3.5 transition-colors -outline-offset-2 hover:bg-hover',
          current && 'border-brand bg-brand-wash hover:bg-brand-wash',
        )}
      >
        <Avatar name={request.requester.name} />
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline justify-between gap-2">
            <span className="truncate font-semibold">{request.name}</span>
            <Time at={request.submitted_at} className="shrink-0 text-xs text-soft" />
          </span>
          <span className="block truncate text-[13px] text-soft">
            {nameOf(request.requester, t)} · {request.project}
          </span>
          <span className="mt-1 flex items-baseline justify-between gap-2 text-[13px]">
            <span className="text-soft">
              {request.size} · <Money cents={request.monthly_cents} currency={request.currency} />
            </span>
            {request.due_at && (
              <span className="text-xs text-soft">
                <Due at={request.due_at} />
              </span>
            )}
          </span>
        </span>
      </Link>
    </li>
  )
}
