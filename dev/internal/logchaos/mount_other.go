//go:build !linux

package logchaos

import "errors"

func mount(string, int) (unmount func() error, err error) {
	return nil, errors.New("only Linux is known to mount a file system in memory")
}
