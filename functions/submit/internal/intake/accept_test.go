package intake_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"dcm.io/functions/submit/internal/intake"
	"dcm.io/shared/event"
	"dcm.io/shared/offering"
	"github.com/google/uuid"
)

var (
	first  = uuid.MustParse("0197f3a0-0000-5000-8000-0000000000c1")
	second = uuid.MustParse("0197f3a0-0000-5000-8000-0000000000c2")

	ubuntu  = event.Template{Key: "ubuntu-24.04", OS: "linux"}
	windows = event.Template{Key: "windows-2022", OS: "windows"}
	lan     = event.Network{Key: "lan"}
	dmz     = event.Network{Key: "dmz"}
)

// offers are two connections: both have the Linux template, only the second has
// the DMZ and Windows.
func offers() []intake.Offer {
	return []intake.Offer{
		{Connection: first, Templates: []event.Template{ubuntu}, Networks: []event.Network{lan}},
		{Connection: second, Templates: []event.Template{ubuntu, windows}, Networks: []event.Network{dmz}},
	}
}

func wish() intake.Wish {
	return intake.Wish{
		Project: "billing", Name: "web-1", Template: "ubuntu-24.04", Size: "M", Network: "lan",
		LeaseDays: 90, Justification: "for the new shop",
	}
}

func TestAcceptRefuses(t *testing.T) {
	t.Parallel()
	all := []string{"project:required", "name:required", "template:unknown_template", "size:unknown_size", "network:unknown_network", "lease_days:out_of_range", "justification:required"}
	for name, tc := range map[string]struct {
		reason string
		change func(*intake.Wish)
		want   []string
	}{
		"Nothing":               {"every field at fault is named at once", func(w *intake.Wish) { *w = intake.Wish{} }, all},
		"ProjectBlank":          {"spaces are no name", func(w *intake.Wish) { w.Project = " \t " }, []string{"project:required"}},
		"ProjectTooLong":        {"61 characters", func(w *intake.Wish) { w.Project = strings.Repeat("ü", 61) }, []string{"project:too_long"}},
		"ProjectNUL":            {"PostgreSQL has no such character", func(w *intake.Wish) { w.Project = "a\x00b" }, []string{"project:invalid_characters"}},
		"ProjectLineBreak":      {"it would be a header in a mail", func(w *intake.Wish) { w.Project = "a\r\nBcc: x" }, []string{"project:invalid_characters"}},
		"ProjectInvisible":      {"the right-to-left override deceives", func(w *intake.Wish) { w.Project = "a\u202eb" }, []string{"project:invalid_characters"}},
		"NameTooLong":           {"41 characters", func(w *intake.Wish) { w.Name = strings.Repeat("a", 41) }, []string{"name:too_long"}},
		"NameUpperCase":         {"DNS knows no case, vSphere does", func(w *intake.Wish) { w.Name = "Web" }, []string{"name:invalid_name"}},
		"NameUmlaut":            {"no letter of DNS", func(w *intake.Wish) { w.Name = "müller" }, []string{"name:invalid_name"}},
		"NameManyUmlauts":       {"what is wrong are the letters: 30 characters are not too many, 60 bytes are", func(w *intake.Wish) { w.Name = strings.Repeat("ü", 30) }, []string{"name:invalid_name"}},
		"NameFullWidth":         {"looks like an a and is none", func(w *intake.Wish) { w.Name = "web\uff41" }, []string{"name:invalid_name"}},
		"NameOtherDigits":       {"digits of another script", func(w *intake.Wish) { w.Name = "web\u0661" }, []string{"name:invalid_name"}},
		"NameSpace":             {"not trimmed: it is the machine's name", func(w *intake.Wish) { w.Name = "web 1" }, []string{"name:invalid_name"}},
		"NameDot":               {"one label, not two", func(w *intake.Wish) { w.Name = "web.shop" }, []string{"name:invalid_name"}},
		"NameLeadingHyphen":     {"RFC 1123", func(w *intake.Wish) { w.Name = "-web" }, []string{"name:invalid_name"}},
		"NameTrailingHyphen":    {"RFC 1123", func(w *intake.Wish) { w.Name = "web-" }, []string{"name:invalid_name"}},
		"NameDigits":            {"would read as an address", func(w *intake.Wish) { w.Name = "2026" }, []string{"name:invalid_name"}},
		"NameLocalhost":         {"is every machine", func(w *intake.Wish) { w.Name = "localhost" }, []string{"name:reserved_name"}},
		"NameDevice":            {"provision would refuse it after the approval", func(w *intake.Wish) { w.Name = "con" }, []string{"name:reserved_name"}},
		"WindowsNameTooLong":    {"16 characters are no NetBIOS name", func(w *intake.Wish) { w.Template, w.Network, w.Name = "windows-2022", "dmz", strings.Repeat("a", 16) }, []string{"name:too_long_windows"}},
		"UnknownTemplate":       {"no connection has it", func(w *intake.Wish) { w.Template = "beos" }, []string{"template:unknown_template"}},
		"UnknownSize":           {"keys have a case", func(w *intake.Wish) { w.Size = "m" }, []string{"size:unknown_size"}},
		"UnknownNetwork":        {"no connection has it", func(w *intake.Wish) { w.Network = "wan" }, []string{"network:unknown_network"}},
		"NetworkElsewhere":      {"it is not where the template is", func(w *intake.Wish) { w.Template, w.Network = "windows-2022", "lan" }, []string{"network:unknown_network"}},
		"TemplateAndNetwork":    {"both at once", func(w *intake.Wish) { w.Template, w.Network = "beos", "wan" }, []string{"template:unknown_template", "network:unknown_network"}},
		"LeaseTooShort":         {"below a day", func(w *intake.Wish) { w.LeaseDays = 0 }, []string{"lease_days:out_of_range"}},
		"LeaseTooLong":          {"above a year", func(w *intake.Wish) { w.LeaseDays = 366 }, []string{"lease_days:out_of_range"}},
		"LeaseNegative":         {"in the past", func(w *intake.Wish) { w.LeaseDays = -1 }, []string{"lease_days:out_of_range"}},
		"JustificationTooShort": {"four characters, the spaces do not count", func(w *intake.Wish) { w.Justification = "  tést  " }, []string{"justification:required"}},
		"JustificationTooLong":  {"2001 characters", func(w *intake.Wish) { w.Justification = strings.Repeat("€", 2001) }, []string{"justification:too_long"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := wish()
			tc.change(&w)
			got, err := intake.Accept(w, offers())
			if !errors.Is(err, intake.ErrWish) || !slices.Equal(codes(err), tc.want) {
				t.Errorf("%s: want %v, got %v (%v)", tc.reason, tc.want, codes(err), err)
			}
			if !reflect.DeepEqual(got, event.RequestSubmitted{}) {
				t.Errorf("%s: something was accepted: %+v", tc.reason, got)
			}
		})
	}
}

func TestAccept(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason     string
		change     func(*intake.Wish)
		connection uuid.UUID
	}{
		"Plain":             {"the first connection has both", func(*intake.Wish) {}, first},
		"NetworkDecides":    {"only the second connection has template and network", func(w *intake.Wish) { w.Network = "dmz" }, second},
		"ShortestName":      {"one letter", func(w *intake.Wish) { w.Name = "a" }, first},
		"LongestName":       {"40 characters", func(w *intake.Wish) { w.Name = strings.Repeat("a", 40) }, first},
		"DigitFirst":        {"RFC 1123 allows it", func(w *intake.Wish) { w.Name = "1a" }, first},
		"LongLinuxName":     {"NetBIOS is for Windows", func(w *intake.Wish) { w.Name = strings.Repeat("a", 16) }, first},
		"WindowsName":       {"15 characters", func(w *intake.Wish) { w.Template, w.Network, w.Name = "windows-2022", "dmz", strings.Repeat("a", 15) }, second},
		"ReservedPrefix":    {"only the whole name is reserved", func(w *intake.Wish) { w.Name = "con-1" }, first},
		"ShortestLease":     {"a day", func(w *intake.Wish) { w.LeaseDays = 1 }, first},
		"LongestLease":      {"a year", func(w *intake.Wish) { w.LeaseDays = 365 }, first},
		"ForeignProject":    {"60 characters, not bytes", func(w *intake.Wish) { w.Project = strings.Repeat("ä", 59) + "語" }, first},
		"ShortestJustified": {"five characters in ten bytes", func(w *intake.Wish) { w.Justification = "ääööü" }, first},
		"LongestJustified":  {"2000 characters", func(w *intake.Wish) { w.Justification = strings.Repeat("€", 2000) }, first},
		"Replaces":          {"resubmits another", func(w *intake.Wish) { w.Replaces = stranger }, first},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := wish()
			tc.change(&w)
			got, err := intake.Accept(w, offers())
			if err != nil {
				t.Fatalf("%s: %v %v", tc.reason, err, codes(err))
			}
			if got.Connection != tc.connection {
				t.Errorf("%s: want connection %s, got %s", tc.reason, tc.connection, got.Connection)
			}
			if got.Name != w.Name || got.Network != w.Network || got.Template != w.Template || got.Replaces != w.Replaces {
				t.Errorf("%s: want what was asked for, got %+v", tc.reason, got)
			}
		})
	}
}

func TestAcceptMakesTheFact(t *testing.T) {
	t.Parallel()
	w := wish()
	w.Project = "  billing "
	got, err := intake.Accept(w, offers())
	size, _ := offering.SizeOf("M")
	want := event.RequestSubmitted{
		Project: "billing", Name: "web-1", Template: "ubuntu-24.04", OS: "linux", Size: "M", VCPU: 4, RAMGiB: 8, DiskGiB: 100,
		Network: "lan", LeaseDays: 90, MonthlyCents: size.MonthlyCents, Currency: "EUR", Connection: first,
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("want %+v, got %+v, %v", want, got, err)
	}
}

func TestAcceptWithoutConnections(t *testing.T) {
	t.Parallel()
	if _, err := intake.Accept(wish(), nil); !slices.Equal(codes(err), []string{"template:unknown_template", "network:unknown_network"}) {
		t.Errorf("a tenant without connections has nothing to offer: %v", codes(err))
	}
}
