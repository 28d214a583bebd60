import { People } from '@/features/audit/people'
import { Guard } from './guard'

export const Component = () => (
  <Guard can="list_people">
    <People />
  </Guard>
)
