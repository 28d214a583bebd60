export { NewRequest as Component } from '@/features/requests/form'
