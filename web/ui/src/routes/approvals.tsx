import { useParams } from 'react-router'
import { Approvals } from '@/features/approvals/approvals'
import { Guard } from './guard'

export function Component() {
  const { id } = useParams()
  return (
    <Guard can="approve">
      <Approvals id={id} />
    </Guard>
  )
}
