//go:build !linux

package child

import "syscall"

// signalOnParentDeath does nothing: only Linux offers it. Elsewhere a parent
// that is killed outright leaves its children behind.
func signalOnParentDeath(*syscall.SysProcAttr, syscall.Signal) {}
