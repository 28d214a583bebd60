import { useParams } from 'react-router'
import { VMDetail } from '@/features/vms/detail'

export function Component() {
  const { id = '' } = useParams()
  return <VMDetail key={id} id={id} />
}
