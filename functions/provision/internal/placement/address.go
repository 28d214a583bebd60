package placement

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"github.com/google/uuid"
)

// Address is a fixed address for the first network adapter.
type Address struct {
	IP      string   `json:"ip"`
	Netmask string   `json:"netmask"`
	Gateway string   `json:"gateway,omitempty"`
	DNS     []string `json:"dns,omitempty"`
}

// Pool is a range of IPv4 addresses that DCM alone hands out on a network.
type Pool struct {
	prefix  netip.Prefix
	gateway string
	dns     []string
}

// ParsePool reads a range such as "10.20.0.0/24". Gateway and name servers may be
// empty; a gateway inside the range is never handed out.
func ParsePool(cidr, gateway string, dns ...string) (Pool, error) {
	prefix, err := netip.ParsePrefix(cidr)
	if err != nil {
		return Pool{}, fmt.Errorf("parse address pool: %w", err)
	}
	if !prefix.Addr().Is4() || prefix.Bits() < 8 || prefix.Bits() > 30 {
		return Pool{}, fmt.Errorf("address pool %s is not an IPv4 range between /8 and /30", cidr)
	}
	for _, ip := range append([]string{gateway}, dns...) {
		if _, err := netip.ParseAddr(ip); ip != "" && err != nil {
			return Pool{}, fmt.Errorf("parse gateway or name server: %w", err)
		}
	}
	return Pool{prefix: prefix.Masked(), gateway: gateway, dns: dns}, nil
}

// Pick chooses a free address for a request. The search starts at a place that
// depends on the request, so two requests decided at the same moment seldom ask
// for the same one; only recording the choice uniquely rules it out.
func (p Pool) Pick(request uuid.UUID, taken func(ip string) bool) (*Address, error) {
	hosts := uint32(1)<<(32-p.prefix.Bits()) - 2 // without network and broadcast
	base := binary.BigEndian.Uint32(p.prefix.Addr().AsSlice())
	hash := uuid.NewSHA1(instances, append([]byte("address:"), request[:]...))
	start := binary.BigEndian.Uint32(hash[:4]) % hosts
	for i := range hosts {
		ip := dotted(base + 1 + (start+i)%hosts)
		if ip == p.gateway || taken(ip) {
			continue
		}
		return &Address{IP: ip, Netmask: p.netmask(), Gateway: p.gateway, DNS: p.dns}, nil
	}
	return nil, fmt.Errorf("address pool %s has no free address", p.prefix)
}

func (p Pool) netmask() string { return dotted(^uint32(0) << (32 - p.prefix.Bits())) }

func dotted(n uint32) string {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], n)
	return netip.AddrFrom4(b).String()
}
