import { useParams } from 'react-router'
import { RequestDetail } from '@/features/requests/detail'

export function Component() {
  const { id = '' } = useParams()
  return <RequestDetail key={id} id={id} />
}
