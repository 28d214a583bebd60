package render

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// A locale is how a country writes numbers, money and time.
type locale struct {
	name      string
	thousands string
	decimal   string
	months    [12]string
	day       string // fmt of day, month and year
	clock     string // layout of the time of day
	zone      *time.Location
}

const space = "\u00a0" // does not break

func english(zone *time.Location) locale {
	return locale{
		name: "en", thousands: ",", decimal: ".", day: "%d %s %d", clock: "15:04 MST", zone: zone,
		months: [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	}
}

func german(zone *time.Location) locale {
	return locale{
		name: "de", thousands: ".", decimal: ",", day: "%d. %s %d", clock: "15:04 Uhr", zone: zone,
		months: [12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
	}
}

// functions are what the templates call.
func (l locale) functions() map[string]any {
	return map[string]any{
		"money": l.money, "moment": l.moment, "count": l.count, "bytes": l.bytes,
		"connect": connect, "lines": lines, "pad": pad,
	}
}

// count writes a number in groups of three.
func (l locale) count(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + l.thousands + s[i:]
	}
	return sign + s
}

// money writes cents: €2,350.00 in English, 2.350,00 € in German.
func (l locale) money(cents int64, currency string) string {
	sign := ""
	if cents < 0 {
		sign, cents = "-", -cents
	}
	amount := fmt.Sprintf("%s%s%02d", l.count(cents/100), l.decimal, cents%100)
	symbol := map[string]string{"EUR": "€", "USD": "$", "GBP": "£"}[currency]
	switch {
	case l.name == "de" && symbol != "":
		return sign + amount + space + symbol
	case l.name == "de":
		return sign + amount + space + currency
	case symbol != "":
		return sign + symbol + amount
	default:
		return currency + space + sign + amount
	}
}

// moment writes a day and the time of day.
func (l locale) moment(t time.Time) string {
	t = t.In(l.zone)
	return fmt.Sprintf(l.day, t.Day(), l.months[t.Month()-1], t.Year()) + ", " + t.Format(l.clock)
}

// bytes writes a size the way download pages do.
func (l locale) bytes(n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	value, unit := float64(n), 0
	for value >= 1000 && unit < len(units)-1 {
		value, unit = value/1000, unit+1
	}
	digits := 0
	if value < 10 && unit > 0 {
		digits = 1
	}
	return strings.Replace(strconv.FormatFloat(value, 'f', digits, 64), ".", l.decimal, 1) + space + units[unit]
}

// connect is what to type to get onto the machine.
func connect(v View) string {
	address := v.Machine.Address
	switch {
	case address == "":
		return ""
	case v.Request.OS != "windows":
		return "ssh " + address
	case net.ParseIP(address) != nil && strings.Contains(address, ":"):
		return "mstsc /v:[" + address + "]"
	default:
		return "mstsc /v:" + address
	}
}
