// Package offering is what a tenant's people may choose from: sizes with their
// prices, and the bounds of a lease.
package offering

// Currency of all prices.
const Currency = "EUR"

// A Size is a machine's measure and price.
type Size struct {
	Key          string `json:"key"`
	VCPU         int    `json:"vcpu"`
	RAMGiB       int    `json:"ram_gib"`
	DiskGiB      int    `json:"disk_gib"`
	MonthlyCents int64  `json:"monthly_cents"`
}

// Prices per month, in cents: what the defaults' estimates are made of.
const (
	centsPerVCPU    = 900
	centsPerRAMGiB  = 350
	centsPerDiskGiB = 8
)

// Sizes are the defaults, smallest first.
var Sizes = []Size{
	priced("S", 2, 4, 50),
	priced("M", 4, 8, 100),
	priced("L", 8, 16, 200),
	priced("XL", 16, 32, 500),
}

func priced(key string, vcpu, ram, disk int) Size {
	return Size{
		Key: key, VCPU: vcpu, RAMGiB: ram, DiskGiB: disk,
		MonthlyCents: int64(vcpu*centsPerVCPU + ram*centsPerRAMGiB + disk*centsPerDiskGiB),
	}
}

// SizeOf finds a size by its key.
func SizeOf(key string) (Size, bool) {
	for _, s := range Sizes {
		if s.Key == key {
			return s, true
		}
	}
	return Size{}, false
}

// A Lease bounds how long a machine may be asked for, in days.
type Lease struct {
	MinDays     int `json:"min_days"`
	MaxDays     int `json:"max_days"`
	DefaultDays int `json:"default_days"`
}

// Leases are the defaults.
var Leases = Lease{MinDays: 1, MaxDays: 365, DefaultDays: 90}
