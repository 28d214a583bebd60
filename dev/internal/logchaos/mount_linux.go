package logchaos

import (
	"fmt"
	"syscall"
)

// mount puts a file system in memory at dir, of so many bytes.
func mount(dir string, size int) (unmount func() error, err error) {
	if err := syscall.Mount("chaos", dir, "tmpfs", 0, fmt.Sprintf("size=%d,mode=711", size)); err != nil {
		return nil, fmt.Errorf("mount: %w", err)
	}
	return func() error {
		if err := syscall.Unmount(dir, 0); err != nil {
			return fmt.Errorf("unmount: %w", err)
		}
		return nil
	}, nil
}
