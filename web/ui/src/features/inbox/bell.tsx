import { useInfiniteQuery } from '@tanstack/react-query'
import { Bell } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { inboxQuery } from '@/api/inbox'
import { Button } from '@/components/ui/button'

const Panel = lazy(() => import('./panel'))

// InboxBell shows how many messages are unread, and them when it is pressed.
export function InboxBell() {
  const { t } = useTranslation()
  const unread = useInfiniteQuery(inboxQuery()).data?.pages[0]?.unread ?? 0
  const [open, setOpen] = useState(false)
  const label = unread > 0 ? t('inbox.openUnread', { count: unread }) : t('inbox.open')
  return (
    <div className="relative">
      <Button variant="quiet" size="icon" aria-label={label} title={label} aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(true)} className="relative">
        <Bell className="size-[18px]!" aria-hidden />
        {unread > 0 && (
          <span aria-hidden className="absolute top-0.5 right-0 grid h-4 min-w-4 place-items-center rounded-full bg-danger px-1 text-[10px] font-semibold text-on-danger">
            {unread > 99 ? '99+' : unread}
          </span>
        )}
      </Button>
      <span role="status" className="sr-only">
        {unread > 0 && label}
      </span>
      {open && (
        <Suspense>
          <Panel onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </div>
  )
}
