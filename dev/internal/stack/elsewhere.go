package stack

import (
	"net/url"
	"os"
	"path/filepath"
	"strconv"
)

// PartPorts are where the parts listen when others reach them by name.
var PartPorts = Ports{"postgres": 5432, "issuer": 8081, "mail": 8082, "smtp": 1025, "vcenter": 8443, "store": 9000, "traces": 4318}

// runElsewhere describes the parts by the name under which others reach them.
func (s *Stack) runElsewhere() Run {
	at := s.cfg.public
	db := url.URL{
		Scheme: "postgres", User: url.UserPassword("postgres", s.secrets.DatabasePassword), Host: at("postgres"), Path: "/" + database,
		RawQuery: "sslmode=disable",
	}
	return Run{
		Portal: s.PortalURL(), Issuer: s.Issuer.Issuer(), Mail: "http://" + at("mail"), Traces: "http://" + at("traces"), VCenter: "https://" + at("vcenter") + "/sdk",
		VCUser: vcUser, VCPassword: s.secrets.VCPassword, Thumbprint: s.VCenter.ThumbprintSHA256(), Database: db.String(), People: s.people(),
	}
}

// AcceptFromAnywhere lets PostgreSQL take logins from other hosts, which it
// refuses by default. The file is kept in dir.
func AcceptFromAnywhere(dir string) (settings map[string]string, err error) {
	file := filepath.Join(dir, "pg_hba.conf")
	return map[string]string{"listen_addresses": "*", "hba_file": file, "max_connections": strconv.Itoa(maxConnections)},
		os.WriteFile(file, []byte("host all all all scram-sha-256\n"), 0o644) //nolint:gosec // it holds no secret, and the server's user reads it
}

// maxConnections bounds a database that a cluster's functions share.
const maxConnections = 200
