import { useMutation } from '@tanstack/react-query'
import { FileJson, FileText } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { exportPerson } from '@/api/people'
import { save } from '@/components/save'
import { toast } from '@/components/toast'
import { Button } from '@/components/ui/button'
import { useLocale } from '@/format/locale'

interface Props {
  id: string
  name?: string // whom it is about, for those who hear the button only
}

// ExportPerson downloads what DCM knows about a person, to read or for a program.
export function ExportPerson({ id, name }: Props) {
  const { t } = useTranslation()
  const locale = useLocale()
  const file = useMutation({
    mutationFn: (format: 'html' | 'json') => exportPerson(id, { format, locale: locale.startsWith('de') ? 'de' : 'en' }),
    onSuccess: (content, format) => save(content, `dcm-${id}.${format}`),
    onError: (error) => toast(t('failure.action', { detail: error.message }), 'refused'),
  })
  const formats = [
    ['html', FileText],
    ['json', FileJson],
  ] as const
  return (
    <span className="flex flex-wrap gap-2">
      {formats.map(([format, Icon]) => (
        <Button
          key={format}
          variant="secondary"
          size="sm"
          busy={file.isPending && file.variables === format}
          aria-label={name && t(`person.exportOf.${format}`, { name })}
          onClick={() => file.mutate(format)}
        >
          <Icon aria-hidden />
          {t(`person.export.${format}`)}
        </Button>
      ))}
    </span>
  )
}
