export const Logo = ({ className }: { className?: string }) => (
  <svg viewBox="0 0 32 32" className={className} aria-hidden>
    <rect width="32" height="32" rx="8" fill="#0f766e" />
    <path d="M9 10.5h14M9 16h14M9 21.5h8" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" />
    <circle cx="22.5" cy="21.5" r="1.8" fill="#5eead4" />
  </svg>
)
