import { Component, type ReactNode } from 'react'
import { Failure } from './failure'

const reloaded = 'dcm.reloaded'

interface Props {
  children: ReactNode
}

// ErrorBoundary stands in for a screen that could not be shown. After a release
// the old scripts are gone from the server: then one reload brings the new ones.
export class ErrorBoundary extends Component<Props, { error: unknown }> {
  override state = { error: undefined as unknown }

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  override componentDidCatch(error: unknown) {
    const stale = error instanceof TypeError && /import|module/i.test(error.message)
    if (!stale || sessionStorage.getItem(reloaded)) return
    sessionStorage.setItem(reloaded, 'yes')
    window.location.reload()
  }

  override render() {
    if (this.state.error === undefined) return this.props.children
    return (
      <div className="pt-12">
        <Failure screen error={this.state.error} retry={() => window.location.reload()} />
      </div>
    )
  }
}
