package mail

import (
	"errors"
	"fmt"
	"net/mail"
	"strings"
)

// A Config says how mail leaves.
type Config struct {
	Host string `env:"SMTP_HOST, required"`
	// Port is 587 for starttls, 465 for tls and 25 for none unless it is given.
	Port     int    `env:"SMTP_PORT"`
	User     string `env:"SMTP_USER"` // empty: do not log in
	Password string `env:"SMTP_PASSWORD"`
	// TLS is starttls (required, not merely tried), tls (from the first byte) or
	// none, which sends everything in clear, the password too.
	TLS  string `env:"SMTP_TLS, default=starttls"`
	From string `env:"SMTP_FROM, required"` // an address; the name beside it is the tenant's
}

var ports = map[string]int{"starttls": 587, "tls": 465, "none": 25}

// checked returns the config with its port, and the sender's address.
func (c Config) checked() (Config, *mail.Address, error) {
	c.TLS = strings.ToLower(c.TLS)
	port, ok := ports[c.TLS]
	if !ok {
		return c, nil, fmt.Errorf("SMTP_TLS is %q and must be starttls, tls or none", c.TLS)
	}
	if c.Port == 0 {
		c.Port = port
	}
	if c.Host == "" {
		return c, nil, errors.New("SMTP_HOST is empty")
	}
	from, err := mail.ParseAddress(c.From)
	if err != nil {
		return c, nil, fmt.Errorf("read SMTP_FROM: %w", err)
	}
	return c, from, nil
}
