package placement

import (
	"testing"

	"github.com/google/uuid"
)

func TestPoolHandsOutEveryAddressOnce(t *testing.T) {
	t.Parallel()
	pool, err := ParsePool("192.0.2.16/29", "192.0.2.17", "192.0.2.53")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	taken := func(ip string) bool { return used[ip] }
	for range 5 { // eight, without network, broadcast and gateway
		a, err := pool.Pick(uuid.New(), taken)
		if err != nil {
			t.Fatal(err)
		}
		if used[a.IP] || a.IP <= "192.0.2.17" || a.IP >= "192.0.2.23" {
			t.Errorf("%s is not free or outside the range", a.IP)
		}
		if a.Netmask != "255.255.255.248" || a.Gateway != "192.0.2.17" || len(a.DNS) != 1 {
			t.Errorf("got %+v", a)
		}
		used[a.IP] = true
	}
	if a, err := pool.Pick(uuid.New(), taken); err == nil {
		t.Errorf("want an error from a full pool, got %+v", a)
	}
}

func TestPoolIsDeterministic(t *testing.T) {
	t.Parallel()
	pool, _ := ParsePool("10.0.0.0/8", "")
	free := func(string) bool { return false }
	request := uuid.New()
	a, _ := pool.Pick(request, free)
	b, _ := pool.Pick(request, free)
	if a.IP != b.IP {
		t.Errorf("same request, %s and %s", a.IP, b.IP)
	}
}

func TestParsePoolRefuses(t *testing.T) {
	t.Parallel()
	for name, in := range map[string][3]string{
		"NoRange":    {"192.0.2.1", "", ""},
		"NoText":     {"", "", ""},
		"Six":        {"2001:db8::/64", "", ""},
		"TooSmall":   {"192.0.2.0/31", "", ""},
		"TooLarge":   {"0.0.0.0/0", "", ""},
		"Gateway":    {"192.0.2.0/24", "gateway", ""},
		"NameServer": {"192.0.2.0/24", "", "dns"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := ParsePool(in[0], in[1], in[2]); err == nil {
				t.Error("want an error")
			}
		})
	}
}
