package campaign

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"dcm.io/dev/internal/altered"
	"dcm.io/dev/internal/chaos"
)

// playLog plays at the level of the log, with the sources as they are.
func (p Plan) playLog(ctx context.Context, state string, tell func(chaos.Result)) error {
	program, err := altered.LogSuite.Compile(ctx, p.Root, state)
	if err != nil {
		return err
	}
	return p.playWith(ctx, program, state, p.Log, p.Quick, tell)
}

// endLimit is how long a suite that is told to end may take for that.
const endLimit = 30 * time.Second

// playWith runs a build of chaos-log.
func (p Plan) playWith(ctx context.Context, program, state string, names []string, quick bool, tell func(chaos.Result)) error {
	cmd := exec.CommandContext(ctx, program, "-modules", filepath.Join(p.Root, "shared", "postgres", "node_modules"), "-state", state,
		"-seed", strconv.FormatUint(p.Seed, 10), "-quick="+strconv.FormatBool(quick), "-only", strings.Join(names, ","))
	// It unmounts and stops what it has started.
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = endLimit
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("listen to %s: %w", filepath.Base(program), err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", filepath.Base(program), err)
	}
	for lines := json.NewDecoder(out); ; {
		var r chaos.Result
		if err := lines.Decode(&r); err != nil {
			if !errors.Is(err, io.EOF) {
				fmt.Fprintf(&said, "\nread what came of it: %v", err)
			}
			break
		}
		tell(r)
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(program), err, &said)
	}
	return nil
}
