package intake

import (
	"fmt"
	"slices"
	"strings"

	"dcm.io/shared/fault"
)

// Bounds of a machine's name.
const (
	longestName        = 40 // leaves room for DCM's suffix in the hypervisor's 80
	longestWindowsName = 15 // NetBIOS
)

// reserved are names that a guest or its network uses for something else; the
// second line are devices on Windows. Provision refuses them too.
var reserved = []string{
	"localhost", "localdomain", "broadcasthost", "wpad", "isatap",
	"con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "lpt1", "lpt2", "lpt3",
}

// name asks for a DNS label (RFC 1123), which vSphere and both guest systems take.
func name(n, os string) fault.Field {
	f := fault.Field{Field: "name"}
	switch {
	case n == "":
		f.Code, f.Detail = "required", "Give the machine a name."
	case strings.ContainsFunc(n, foreign):
		f.Code, f.Detail = "invalid_name", "Only small letters a to z, digits and hyphens."
	case len(n) > longestName:
		f.Code, f.Detail = "too_long", fmt.Sprintf("At most %d characters.", longestName)
	case os == "windows" && len(n) > longestWindowsName:
		f.Code, f.Detail = "too_long_windows", fmt.Sprintf("Windows takes at most %d characters.", longestWindowsName)
	case n[0] == '-' || n[len(n)-1] == '-':
		f.Code, f.Detail = "invalid_name", "It must begin and end with a letter or digit."
	case !strings.ContainsFunc(n, letter):
		f.Code, f.Detail = "invalid_name", "It needs at least one letter."
	case slices.Contains(reserved, n):
		f.Code, f.Detail = "reserved_name", "This name has a meaning of its own."
	default:
		return fault.Field{}
	}
	return f
}

func letter(r rune) bool { return r >= 'a' && r <= 'z' }

func foreign(r rune) bool { return !letter(r) && !(r >= '0' && r <= '9') && r != '-' }
