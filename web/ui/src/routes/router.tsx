import { lazy, type ComponentType } from 'react'
import { BrowserRouter, Route, Routes } from 'react-router'
import { Home } from '@/features/home/home'
import { Missing } from './errors'
import { Root } from './root'

// A screen loads when it is first visited; only the home page comes at once.
const screen = (load: () => Promise<{ Component: ComponentType }>) => lazy(() => load().then(({ Component }) => ({ default: Component })))

const Requests = screen(() => import('./requests'))
const NewRequest = screen(() => import('./request-new'))
const Request = screen(() => import('./request'))
const Approvals = screen(() => import('./approvals'))
const VMs = screen(() => import('./vms'))
const VM = screen(() => import('./vm'))
const Audit = screen(() => import('./audit'))
const Bundles = screen(() => import('./bundles'))
const People = screen(() => import('./people'))
const Stuck = screen(() => import('./stuck'))
const Settings = screen(() => import('./settings'))

export const Router = () => (
  <BrowserRouter>
    <Routes>
      <Route element={<Root />}>
        <Route index element={<Home />} />
        <Route path="requests" element={<Requests />} />
        <Route path="requests/new" element={<NewRequest />} />
        <Route path="requests/:id" element={<Request />} />
        <Route path="approvals/:id?" element={<Approvals />} />
        <Route path="vms" element={<VMs />} />
        <Route path="vms/:id" element={<VM />} />
        <Route path="audit" element={<Audit />} />
        <Route path="audit/bundles" element={<Bundles />} />
        <Route path="audit/people" element={<People />} />
        <Route path="stuck" element={<Stuck />} />
        <Route path="settings" element={<Settings />} />
        <Route path="*" element={<Missing />} />
      </Route>
    </Routes>
  </BrowserRouter>
)
