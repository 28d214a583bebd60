package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// errRunning says that another process runs on the same state.
var errRunning = errors.New("another `make run` uses this checkout's state")

// lockState makes sure that one process at a time works on a state directory.
// The lock ends with the process, however it ends.
func lockState(state string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(state, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the state: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(errRunning, f.Close())
	}
	return f, nil
}
