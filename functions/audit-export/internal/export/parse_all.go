package export

import (
	"bufio"
	"bytes"
	"io"

	"dcm.io/shared/eventlog"
	"dcm.io/shared/proof"
)

// A parsed is a line of facts.ndjson.
type parsed struct {
	eventlog.Placed
	prev []byte
	err  error // the line is none of ours
}

// Lines are parsed in batches of about batchSize bytes. A line may be
// longestLine; a fact's data has at most a few kilobytes.
const (
	batchSize   = 256 << 10
	longestLine = 16 << 20
)

// parseAll gives every line to use, in order. Reading, parsing by so many workers,
// and using go on at the same time: unpacking alone takes as long as the other two.
func parseAll(from io.Reader, format, workers int, use func(parsed)) error {
	batches := make(chan chan []parsed, workers)
	var failed error
	go func() {
		defer close(batches)
		failed = batchLines(from, func(lines []byte) {
			done := make(chan []parsed, 1)
			batches <- done
			go func() { done <- parseBatch(lines, format) }()
		})
	}()
	for done := range batches {
		for _, l := range <-done {
			use(l)
		}
	}
	return failed
}

// batchLines gives whole lines to use, many at a time, and what is left behind
// the last newline.
func batchLines(from io.Reader, use func([]byte)) error {
	s := bufio.NewScanner(from)
	s.Buffer(make([]byte, 0, batchSize), longestLine)
	s.Split(func(data []byte, atEOF bool) (int, []byte, error) {
		end := bytes.LastIndexByte(data, '\n') + 1
		if atEOF {
			end = len(data)
		}
		if end == 0 || !atEOF && len(data) < batchSize {
			return 0, nil, nil
		}
		return end, data[:end], nil
	})
	for s.Scan() {
		use(bytes.Clone(s.Bytes()))
	}
	return s.Err()
}

func parseBatch(lines []byte, format int) []parsed {
	p := proof.Parser{Format: format}
	out := make([]parsed, 0, bytes.Count(lines, []byte{'\n'})+1)
	for line := range bytes.Lines(lines) {
		e, prev, err := p.Parse(line)
		out = append(out, parsed{e, prev, err})
	}
	return out
}
