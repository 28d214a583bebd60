export { VMList as Component } from '@/features/vms/list'
