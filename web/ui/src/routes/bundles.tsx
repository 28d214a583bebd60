import { Bundles } from '@/features/audit/bundles'
import { Guard } from './guard'

export const Component = () => (
  <Guard can="audit">
    <Bundles />
  </Guard>
)
