import { X } from 'lucide-react'
import { useEffect, useId, useRef, type ComponentProps, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '../cn'
import { Button } from './button'

interface Props extends Omit<ComponentProps<'dialog'>, 'title' | 'onClose'> {
  open: boolean
  onClose: () => void
}

// Modal is the browser's own dialog: it traps focus, closes on Escape, makes the
// rest inert and gives focus back, without a style sheet of its own.
export function Modal({ open, onClose, className, children, ...props }: Props) {
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = ref.current
    if (!dialog) return
    if (open && !dialog.open) dialog.showModal()
    if (!open && dialog.open) dialog.close()
  }, [open])
  return (
    // The backdrop is part of the dialog's box; a press that starts on it closes. Escape does the same by keyboard.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={ref}
      // Closing it from here tells nobody; they know.
      onClose={() => open && onClose()}
      onClick={(e) => e.target === ref.current && onClose()}
      className={cn('m-auto bg-surface p-0 text-ink shadow-float open:animate-rise', className)}
      {...props}
    >
      {open && children}
    </dialog>
  )
}

interface TitledProps extends Props {
  heading: ReactNode
}

export function Dialog({ heading, children, className, onClose, ...props }: TitledProps) {
  const title = useId()
  return (
    <Modal aria-labelledby={title} onClose={onClose} className={cn('w-[min(32rem,calc(100vw-2rem))] rounded-xl border border-line', className)} {...props}>
      <Titled id={title} heading={heading} onClose={onClose}>
        {children}
      </Titled>
    </Modal>
  )
}

// Drawer stands at the right edge and is as high as the window.
export function Drawer({ heading, children, className, onClose, ...props }: TitledProps) {
  const title = useId()
  return (
    <Modal
      aria-labelledby={title}
      onClose={onClose}
      className={cn('mr-0 ml-auto h-dvh max-h-none w-[min(34rem,100%)] overscroll-contain max-w-none overflow-y-auto border-l border-line open:animate-slide', className)}
      {...props}
    >
      <Titled id={title} heading={heading} onClose={onClose}>
        {children}
      </Titled>
    </Modal>
  )
}

function Titled({ id, heading, onClose, children }: { id: string; heading: ReactNode; onClose: () => void; children: ReactNode }) {
  const { t } = useTranslation()
  return (
    <>
      <div className="sticky top-0 z-10 flex items-center justify-between gap-4 border-b border-line bg-surface px-5 py-3">
        <h2 id={id} className="text-lg font-semibold">{heading}</h2>
        <Button variant="quiet" size="icon-sm" onClick={onClose} aria-label={t('action.close')}>
          <X aria-hidden />
        </Button>
      </div>
      <div className="p-5">{children}</div>
    </>
  )
}
