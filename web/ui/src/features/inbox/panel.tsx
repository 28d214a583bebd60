import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Bell, BellRing, CheckCheck, CircleCheck, CircleX, ClockAlert, FileLock2, Hourglass, Send, ThumbsUp, TriangleAlert, Undo2, type LucideIcon } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { inboxKeys, inboxQuery, readInbox } from '@/api/inbox'
import type { InboxItem } from '@/api/types'
import { cn } from '@/components/cn'
import { Empty } from '@/components/empty'
import { Failure } from '@/components/failure'
import { LoadMore } from '@/components/load-more'
import { Time } from '@/components/time'
import type { Tone } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Drawer } from '@/components/ui/dialog'
import { ListSkeleton } from '@/components/ui/skeleton'
import { Circle } from '@/modules/request/state'
import { messageOf, targetOf, type Message } from './message'

const looks: Record<Message, { tone: Tone; icon: LucideIcon }> = {
  request_submitted: { tone: 'brand', icon: Send },
  decision_needed: { tone: 'waiting', icon: Hourglass },
  decision_reminder: { tone: 'waiting', icon: BellRing },
  request_approved: { tone: 'done', icon: ThumbsUp },
  request_rejected: { tone: 'refused', icon: CircleX },
  request_expired: { tone: 'warning', icon: ClockAlert },
  request_withdrawn: { tone: 'neutral', icon: Undo2 },
  vm_ready: { tone: 'done', icon: CircleCheck },
  vm_failed: { tone: 'refused', icon: TriangleAlert },
  bundle_ready: { tone: 'done', icon: FileLock2 },
  other: { tone: 'neutral', icon: Bell },
}

export default function InboxPanel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const query = useInfiniteQuery(inboxQuery())
  const items = query.data?.pages.flatMap((page) => page.items) ?? []
  const unread = query.data?.pages[0]?.unread ?? 0
  const read = useMutation({
    mutationFn: readInbox,
    onSettled: () => client.invalidateQueries({ queryKey: inboxKeys.all }),
  })
  const newest = items[0]
  return (
    <Drawer open onClose={onClose} heading={t('inbox.title')} className="w-[min(26rem,100%)]">
      <div className="-m-5">
        {newest && unread > 0 && (
          <div className="flex justify-end border-b border-line px-3 py-2">
            <Button variant="link" size="bare" className="p-1 text-[13px]" busy={read.isPending} onClick={() => read.mutate(newest.created_at)}>
              {!read.isPending && <CheckCheck aria-hidden />}
              {t('inbox.markRead')}
            </Button>
          </div>
        )}
        {query.isPending && <ListSkeleton rows={4} />}
        {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
        {query.isSuccess && items.length === 0 && (
          <Empty icon={Bell} title={t('inbox.empty')}>
            {t('inbox.emptyText')}
          </Empty>
        )}
        <ul className="divide-y divide-line">
          {items.map((item) => (
            <Row key={item.id} item={item} onOpen={onClose} />
          ))}
        </ul>
        <LoadMore {...query} />
      </div>
    </Drawer>
  )
}

function Row({ item, onOpen }: { item: InboxItem; onOpen: () => void }) {
  const { t } = useTranslation()
  const message = messageOf(item.message)
  const { tone, icon } = looks[message]
  return (
    <li>
      <Link to={targetOf(item)} onClick={onOpen} className="flex gap-3.5 px-5 py-3.5 -outline-offset-2 transition-colors hover:bg-hover">
        <Circle tone={tone} icon={icon} />
        <span className="min-w-0 flex-1">
          <span className={cn('block', !item.read && 'font-semibold')}>{t(`message.${message}`, { name: item.subject_name })}</span>
          <Time at={item.created_at} className="text-xs text-soft" />
        </span>
        {!item.read && (
          <span className="mt-1.5 size-2.5 shrink-0 rounded-full bg-brand">
            <span className="sr-only">{t('inbox.unread')}</span>
          </span>
        )}
      </Link>
    </li>
  )
}
