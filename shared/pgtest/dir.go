package pgtest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// mostServers bounds how many processes may test at once.
const mostServers = 32

// claimed is the lock on this process's directory. It goes with the process.
var claimed *os.File

// claimDir finds a directory for a server that no other process uses while this
// one lives.
func claimDir() (string, error) {
	for n := range mostServers {
		dir := filepath.Join(os.TempDir(), fmt.Sprintf("dcm-pgtest-%d-%d", os.Getuid(), n))
		lock, err := os.OpenFile(dir+".lock", os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return "", fmt.Errorf("claim a directory for the test server: %w", err)
		}
		if syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			claimed = lock
			return dir, nil
		}
		_ = lock.Close()
	}
	return "", errors.New("too many processes have test servers")
}
