import { Explorer } from '@/features/audit/explorer'
import { Guard } from './guard'

export const Component = () => (
  <Guard can="audit">
    <Explorer />
  </Guard>
)
