package postgres

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func (h home) logFile() string { return filepath.Join(h.dir, "postgres.log") }

func (h home) openLog() (*os.File, error) {
	f, err := os.OpenFile(h.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the server's log: %w", err)
	}
	return f, nil
}

func (h home) logSize() int64 {
	info, err := os.Stat(h.logFile())
	if err != nil {
		return 0
	}
	return info.Size()
}

// logSince is what the server has written after the log had the given size:
// why it did not start.
func (h home) logSince(size int64) string {
	log, err := os.ReadFile(h.logFile())
	if err != nil || int64(len(log)) < size {
		return ""
	}
	return string(log[size:])
}

// predecessorLingers reports whether the server gave up because parts of a
// crashed one have not ended yet.
func predecessorLingers(log string) bool {
	return strings.Contains(log, "pre-existing shared memory block") ||
		strings.Contains(log, `lock file "postmaster.pid" already exists`)
}
