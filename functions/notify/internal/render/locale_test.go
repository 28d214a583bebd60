package render

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"dcm.io/functions/notify/internal/message"
)

func TestMoney(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		cents    int64
		currency string
		de, en   string
	}{
		"Thousands":     {235000, "EUR", "2.350,00 €", "€2,350.00"},
		"Millions":      {123456789, "EUR", "1.234.567,89 €", "€1,234,567.89"},
		"Plain":         {7900, "EUR", "79,00 €", "€79.00"},
		"Cents":         {5, "EUR", "0,05 €", "€0.05"},
		"Nothing":       {0, "EUR", "0,00 €", "€0.00"},
		"Negative":      {-12345, "EUR", "-123,45 €", "-€123.45"},
		"OtherCurrency": {100000, "CHF", "1.000,00 CHF", "CHF 1,000.00"},
	}
	for name, c := range cases {
		de := strings.ReplaceAll(german(time.UTC).money(c.cents, c.currency), space, " ")
		en := strings.ReplaceAll(english(time.UTC).money(c.cents, c.currency), space, " ")
		if de != c.de || en != c.en {
			t.Errorf("%s: %q and %q, want %q and %q", name, de, en, c.de, c.en)
		}
	}
}

func TestMoment(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		at     time.Time
		de, en string
	}{
		"Winter":  {time.Date(2025, 11, 24, 23, 30, 0, 0, time.UTC), "25. November 2025, 00:30 Uhr", "25 November 2025, 00:30 CET"},
		"Summer":  {time.Date(2025, 7, 3, 12, 5, 0, 0, time.UTC), "3. Juli 2025, 14:05 Uhr", "3 July 2025, 14:05 CEST"},
		"Umlauts": {time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC), "1. März 2026, 09:00 Uhr", "1 March 2026, 09:00 CET"},
	}
	for name, c := range cases {
		if de, en := german(zone).moment(c.at), english(zone).moment(c.at); de != c.de || en != c.en {
			t.Errorf("%s: %q and %q, want %q and %q", name, de, en, c.de, c.en)
		}
	}
}

func TestBytes(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 1500: "1,5 kB", 4_215_331: "4,2 MB", 42_153_310: "42 MB", 2_000_000_000_000_000: "2000 TB"} {
		if got := strings.ReplaceAll(german(time.UTC).bytes(n), space, " "); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestConnect(t *testing.T) {
	t.Parallel()
	cases := []struct{ os, address, want string }{
		{"linux", "10.20.0.15", "ssh 10.20.0.15"},
		{"linux", "2001:db8::5", "ssh 2001:db8::5"},
		{"windows", "10.20.0.15", "mstsc /v:10.20.0.15"},
		{"windows", "2001:db8::5", "mstsc /v:[2001:db8::5]"},
		{"linux", "", ""},
	}
	for _, c := range cases {
		v := sample(message.VMReady, "en")
		v.Request.OS, v.Machine.Address = c.os, c.address
		if got := connect(v); got != c.want {
			t.Errorf("%s at %q: %q, want %q", c.os, c.address, got, c.want)
		}
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ give, want string }{
		"Words":      {"  Jana   Vogel ", "Jana Vogel"},
		"LineBreaks": {"a\r\nb\u2028c\x00d", "a b c d"},
		"Direction":  {"abc\u202egnp.exe", "abcgnp.exe"},
		"Emoji":      {"👩\u200d💻", "👩\u200d💻"},
		"BadUTF8":    {"a\xffb", "a?b"},
	}
	for name, c := range cases {
		if got := oneLine(c.give); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if got := someLines("a\r\n\nb\tc\n\n", 100); got != "a\n\nb c" {
		t.Errorf("lines: %q", got)
	}
	if got := someLines(strings.Repeat("ü", 50), 10); got != strings.Repeat("ü", 10)+" …" {
		t.Errorf("cut: %q", got)
	}
}
