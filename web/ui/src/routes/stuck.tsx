import { StuckList } from '@/features/stuck/list'
import { Guard } from './guard'

export const Component = () => (
  <Guard can="see_stuck">
    <StuckList />
  </Guard>
)
