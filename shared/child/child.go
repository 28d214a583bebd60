// Package child starts operating-system processes that cannot outlive this one.
//
// Every child leads its own process group, so a signal reaches its whole tree
// and a Ctrl-C in the terminal reaches only the parent, which then stops the
// children in the order it wants. Where the kernel supports it (Linux), a child
// is also signalled when its parent dies without a chance to say goodbye.
package child

import (
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// outputGrace is how long Wait listens for output after the child has died: a
// grandchild that kept the pipe open must not hold us forever.
const outputGrace = 2 * time.Second

// Child is a started process.
type Child struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error
}

// Start runs cmd. When the parent dies the child receives orphaned.
//
// The kernel ties that promise to the thread that forked, not to the process,
// so the child is started and awaited on a goroutine that keeps its thread.
func Start(cmd *exec.Cmd, orphaned syscall.Signal) (*Child, error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	signalOnParentDeath(cmd.SysProcAttr, orphaned)
	cmd.WaitDelay = outputGrace

	c := &Child{cmd: cmd, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the child
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		c.err = cmd.Wait()
		close(c.done)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	return c, nil
}

// PID is the process id, which is also the id of its group.
func (c *Child) PID() int { return c.cmd.Process.Pid }

// Done is closed when the process has ended.
func (c *Child) Done() <-chan struct{} { return c.done }

// Err tells how the process ended. It is meaningful once Done is closed.
func (c *Child) Err() error { return c.err }

// Running reports whether the process has not ended yet.
func (c *Child) Running() bool {
	select {
	case <-c.done:
		return false
	default:
		return true
	}
}

// Signal signals the whole group. A group that is already gone is no error.
func (c *Child) Signal(sig syscall.Signal) error {
	if err := syscall.Kill(-c.PID(), sig); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("signal process %d with %s: %w", c.PID(), sig, err)
	}
	return nil
}

// Stop asks the group to end with sig, and kills what remains after grace.
// It returns when the process has ended; how it ended is in Err.
func (c *Child) Stop(sig syscall.Signal, grace time.Duration) error {
	if !c.Running() {
		return nil
	}
	if err := c.Signal(sig); err != nil {
		return err
	}
	select {
	case <-c.done:
	case <-time.After(grace):
	}
	return c.Kill()
}

// Kill ends the whole group at once and returns when the process is gone.
func (c *Child) Kill() error {
	if err := c.Signal(syscall.SIGKILL); err != nil {
		return err
	}
	<-c.done
	return nil
}
