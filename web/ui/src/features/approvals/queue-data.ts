import type { InfiniteData } from '@tanstack/react-query'
import type { ApprovalPage } from '@/api/types'

// without is the queue after a request has been decided.
export function without(queue: InfiniteData<ApprovalPage, string>, id: string): InfiniteData<ApprovalPage, string> {
  const there = queue.pages.some((page) => page.items.some((item) => item.id === id))
  if (!there) return queue
  return {
    ...queue,
    pages: queue.pages.map((page) => ({ ...page, total: page.total - 1, items: page.items.filter((item) => item.id !== id) })),
  }
}
