package eventlog

import "strings"

// Bounds of a gist.
const (
	gistLines = 3
	gistBytes = 500
)

// Gist is what people need of the reason of a failure: its first lines, without
// the stack that follows a panic.
func Gist(reason string) string {
	message, _, _ := strings.Cut(reason, "\ngoroutine ")
	lines := strings.SplitN(strings.TrimSpace(message), "\n", gistLines+1)
	gist := strings.TrimSpace(strings.Join(lines[:min(len(lines), gistLines)], "\n"))
	if len(gist) > gistBytes {
		gist = strings.ToValidUTF8(gist[:gistBytes], "") + "…"
	}
	return gist
}
