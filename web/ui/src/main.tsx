import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiError, isStatus } from './api/problem'
import { meQuery } from './api/session'
import { startI18n } from './i18n'
import { ErrorBoundary } from './components/error-boundary'
import { Router } from './routes/router'
import './styles.css'

const queries = new QueryClient({
  queryCache: new QueryCache({
    // A session that ended is noticed by whatever is asked first.
    onError: (error, query) => {
      if (isStatus(error, 401) && query.queryKey[0] !== 'me') void queries.invalidateQueries({ queryKey: ['me'] })
    },
  }),
  defaultOptions: {
    queries: {
      // Live updates say when to ask again; a minute is for when they are lost.
      staleTime: 60_000,
      // Asking again helps only against what is temporary.
      retry: (failures, error) => failures < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500),
      retryDelay: (attempt) => 500 * 2 ** attempt,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
})

// Who I am and the language are asked for at the same time.
queries.query(meQuery()).catch(() => undefined)
await startI18n()

const root = document.getElementById('root')
if (!root) throw new Error('the page has no #root')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <ErrorBoundary>
        <Router />
      </ErrorBoundary>
    </QueryClientProvider>
  </StrictMode>,
)
