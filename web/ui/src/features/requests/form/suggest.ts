import { isWindows } from '@/modules/os-icon'

const slug = (text: string, longest: number): string =>
  text
    .toLowerCase()
    .replace(/ä/g, 'ae')
    .replace(/ö/g, 'oe')
    .replace(/ü/g, 'ue')
    .replace(/ß/g, 'ss')
    .normalize('NFD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, longest)
    .replace(/-+$/, '')

// suggestName makes a name by pattern, project-system-number, with the first
// number that is free. Empty until there is something to make it of.
export function suggestName(project: string, template: { key: string; os: string } | undefined, taken: readonly string[]): string {
  const windows = template ? isWindows(template.os) : false
  const system = windows ? 'win' : (template?.key.split(/[^a-z]/i)[0] ?? '')
  const stem = slug(project, windows ? 8 : 24)
  if (!stem || !/[a-z]/.test(stem)) return ''
  const base = [stem, slug(system, 10)].filter(Boolean).join('-')
  for (let n = 1; n < 100; n++) {
    const name = `${base}-${String(n).padStart(2, '0')}`
    if (!taken.includes(name)) return name
  }
  return ''
}
