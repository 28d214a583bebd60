import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from './ui/button'

// CopyButton puts a text on the clipboard and says so.
export function CopyButton({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 2000)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <>
      <Button
        variant="quiet"
        size="icon-sm"
        aria-label={label}
        title={label}
        onClick={() => void copy(text).then(setCopied)}
        className={copied ? 'text-done hover:text-done' : ''}
      >
        {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
      </Button>
      <span role="status" className="sr-only">
        {copied && t('state.copied')}
      </span>
    </>
  )
}

// The clipboard API exists only on https and localhost; selecting still works.
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
