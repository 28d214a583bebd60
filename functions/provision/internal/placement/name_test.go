package placement

import (
	"errors"
	"strings"
	"testing"
)

func TestCheckName(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ reason, in, want string }{
		"Plain":          {"most names", "web-1", ""},
		"UpperCase":      {"written by people, lowered by us", "Web01", ""},
		"Digits":         {"RFC 1123 allows them", "42", ""},
		"Longest":        {"the limit itself", strings.Repeat("a", NameLimit), ""},
		"Empty":          {"nothing to call it", "", NameEmpty},
		"TooLong":        {"no room for the short id", strings.Repeat("a", NameLimit+1), NameTooLong},
		"Space":          {"not DNS", "my vm", NameCharacters},
		"Dot":            {"a host name has one label", "a.b", NameCharacters},
		"Underscore":     {"not DNS", "a_b", NameCharacters},
		"Slash":          {"a path in vSphere", "a/b", NameCharacters},
		"Percent":        {"an escape in vSphere", "a%b", NameCharacters},
		"Umlaut":         {"not DNS", "büro", NameCharacters},
		"LeadingHyphen":  {"not DNS", "-a", NameCharacters},
		"TrailingHyphen": {"not DNS", "a-", NameCharacters},
		"Localhost":      {"means the guest itself", "LocalHost", NameReserved},
		"Device":         {"a device on Windows", "con", NameReserved},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := CheckName(tc.in)
			var fault *NameError
			switch {
			case tc.want == "" && err != nil:
				t.Errorf("%s: want no error, got %v", tc.reason, err)
			case tc.want != "" && (!errors.As(err, &fault) || fault.Code != tc.want || fault.Detail == ""):
				t.Errorf("%s: want %s, got %v", tc.reason, tc.want, err)
			}
		})
	}
}

func TestSegment(t *testing.T) {
	t.Parallel()
	if got := Segment(`50% a/b\c`); got != "50%25 a%2fb%5cc" {
		t.Errorf("got %q", got)
	}
}
