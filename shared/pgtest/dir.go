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

// claimDir finds a directory for a server that no other process uses while this
// one lives. The lock on it goes with the process.
func claimDir() (string, error) {
	for n := range mostServers {
		dir := filepath.Join(os.TempDir(), fmt.Sprintf("dcm-pgtest-%d-%d", os.Getuid(), n))
		// Not an os.File, which would be closed once nobody refers to it.
		lock, err := syscall.Open(dir+".lock", syscall.O_CREAT|syscall.O_RDWR|syscall.O_CLOEXEC, 0o600)
		if err != nil {
			return "", fmt.Errorf("claim a directory for the test server: %w", err)
		}
		if syscall.Flock(lock, syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			return dir, nil
		}
		_ = syscall.Close(lock)
	}
	return "", errors.New("too many processes have test servers")
}
