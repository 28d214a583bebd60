package placement

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// NameLimit leaves room for the short id, so that the inventory name is also a
// host name (63) and stays below what vSphere accepts (80).
const NameLimit = 50

// What can be wrong with a name.
const (
	NameEmpty      = "name_empty"
	NameTooLong    = "name_too_long"
	NameCharacters = "name_characters"
	NameReserved   = "name_reserved"
)

// NameError says why a name cannot be used.
type NameError struct{ Code, Detail string }

func (e *NameError) Error() string { return e.Detail }

// reserved are names that a guest or its network already uses for something
// else; the second line are device names on Windows.
var reserved = []string{
	"localhost", "localdomain", "broadcasthost", "wpad", "isatap",
	"con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "lpt1", "lpt2", "lpt3",
}

// CheckName accepts what both vSphere and DNS (RFC 1123) accept, in either case.
// Its error is a *NameError.
func CheckName(name string) error {
	switch lower := strings.ToLower(name); {
	case name == "":
		return &NameError{NameEmpty, "name is empty"}
	case len(name) > NameLimit:
		return &NameError{NameTooLong, fmt.Sprintf("name has %d characters, at most %d are possible", len(name), NameLimit)}
	case strings.ContainsFunc(lower, unusable):
		at := strings.IndexFunc(lower, unusable)
		return &NameError{NameCharacters, fmt.Sprintf("name contains %q, only letters, digits and hyphens are possible", []rune(name[at:])[0])}
	case strings.HasPrefix(lower, "-") || strings.HasSuffix(lower, "-"):
		return &NameError{NameCharacters, "name begins or ends with a hyphen"}
	case slices.Contains(reserved, lower):
		return &NameError{NameReserved, fmt.Sprintf("name %q is reserved", lower)}
	}
	return nil
}

func unusable(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-'
}

// shortID is taken from the instance UUID, which is a hash. The beginning of a
// request id is often a timestamp and would repeat within a minute.
func shortID(instance uuid.UUID) string { return instance.String()[:8] }

func inventoryName(name string, instance uuid.UUID) string {
	return strings.ToLower(name) + "-" + shortID(instance)
}

// hostname is the inventory name, or for Windows what is left of it in the 15
// characters of a NetBIOS name.
func hostname(name string, os OS, instance uuid.UUID) string {
	if os != Windows || len(name) <= 15 {
		return name
	}
	return strings.TrimRight(name[:6], "-") + "-" + shortID(instance)
}

// Segment escapes a name for use in an inventory path, the way vSphere stores it.
func Segment(name string) string {
	return strings.NewReplacer("%", "%25", "/", "%2f", `\`, "%5c").Replace(name)
}
