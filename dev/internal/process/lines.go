package process

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"sync"
)

// palette holds the colours that are readable on dark and light terminals alike.
var palette = []int{36, 35, 32, 33, 34, 31}

// longestLine is cut off from what a program prints without ever ending a line.
const longestLine = 64 << 10

// IsTerminal reports whether f is a terminal, where colours make sense.
func IsTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// lines gives every program a writer that prefixes whole lines with its name;
// lines of different programs never mix.
type lines struct {
	mu     sync.Mutex
	out    io.Writer
	prefix map[string]string
}

func newLines(out io.Writer, specs []Spec, color bool) *lines {
	width := 0
	for _, spec := range specs {
		width = max(width, len(spec.Name))
	}
	l := &lines{out: out, prefix: make(map[string]string, len(specs))}
	for i, spec := range specs {
		prefix := fmt.Sprintf("%-*s | ", width, spec.Name)
		if color {
			prefix = fmt.Sprintf("\x1b[%dm%s\x1b[0m", palette[i%len(palette)], prefix)
		}
		l.prefix[spec.Name] = prefix
	}
	return l
}

func (l *lines) writer(name string) io.Writer { return &lineWriter{lines: l, prefix: l.prefix[name]} }

// lineWriter collects bytes until a line is whole. It is used by one program at
// a time, yet locks: a killed program's last output may meet its successor's first.
type lineWriter struct {
	lines  *lines
	prefix string
	mu     sync.Mutex
	rest   []byte
}

func (w *lineWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rest = append(w.rest, p...)
	for {
		end := bytes.IndexByte(w.rest, '\n')
		if end < 0 && len(w.rest) < longestLine {
			return len(p), nil
		}
		if end < 0 {
			end = len(w.rest) - 1
		}
		w.emit(bytes.TrimRight(w.rest[:end+1], "\r\n"))
		w.rest = w.rest[end+1:]
	}
}

// emit ignores failures: losing log lines must not take a program down.
func (w *lineWriter) emit(line []byte) {
	w.lines.mu.Lock()
	defer w.lines.mu.Unlock()
	_, _ = fmt.Fprintf(w.lines.out, "%s%s\n", w.prefix, line)
}
