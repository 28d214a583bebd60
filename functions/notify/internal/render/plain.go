package render

import (
	"strings"
	"unicode"
)

// oneLine makes text that somebody wrote fit for one line: no line breaks, no
// control characters, nothing that turns the direction of reading.
func oneLine(s string) string {
	return strings.Join(strings.Fields(strings.Map(visible, s)), " ")
}

// someLines is oneLine for each line, cut after limit characters.
func someLines(s string, limit int) string {
	if r := []rune(s); len(r) > limit {
		s = string(r[:limit]) + " …"
	}
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = oneLine(lines[i])
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

func visible(r rune) rune {
	switch {
	case r == '\u2028', r == '\u2029', unicode.IsControl(r):
		return ' '
	case unicode.Is(unicode.Cf, r) && r != '\u200d' && r != '\u00ad': // joiner of emoji, soft hyphen
		return -1
	case r == unicode.ReplacementChar:
		return '?'
	}
	return r
}
