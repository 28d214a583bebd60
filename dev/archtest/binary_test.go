package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const repository = "../.."

// binaries are what is deployed, by name, with their directories.
var binaries = map[string]string{
	"submit":       "functions/submit",
	"approve":      "functions/approve",
	"provision":    "functions/provision",
	"notify":       "functions/notify",
	"audit-export": "functions/audit-export",
	"dead-letter":  "functions/dead-letter",
	"web":          "web",
}

// A linked package is a package that ends up in a binary.
type linked struct {
	ImportPath string
	Imports    []string
	Module     *struct{ Path string }
}

// ours reports whether the package is of this repository.
func (p linked) ours() bool { return p.Module != nil && strings.HasPrefix(p.Module.Path, "dcm.io/") }

// link lists what the binary in dir is made of, as its image is built: with
// the workspace off.
func link(t *testing.T, dir string) []linked {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-json=ImportPath,Imports,Module", ".")
	cmd.Dir = filepath.Join(repository, dir)
	cmd.Env = append(os.Environ(), "GOWORK=off")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("list what %s links: %v\n%s", dir, err, stderr.String())
	}
	var all []linked
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p linked
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// under reports whether path is prefix or below it.
func under(path, prefix string) bool {
	return path == prefix || strings.HasPrefix(path, prefix+"/")
}
