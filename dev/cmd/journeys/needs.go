package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// defaultBrowser is where Debian and Ubuntu keep it; CHROMIUM names another.
const defaultBrowser = "/usr/bin/chromium"

// playwright is the program, in the directory of the journeys.
var playwright = filepath.Join("node_modules", ".bin", "playwright")

// A need is something that has to be there before anything is started.
type need struct {
	path string
	help string
}

// needs lists what the journeys stand on. Looking first is kinder than failing
// half-way with an error about something else.
func needs(root, browser string) []need {
	built := func(name string) need { return need{filepath.Join(root, "bin", name), "build it with `make build`"} }
	return []need{
		built("web"), built("submit"), built("approve"), built("provision"), built("notify"), built("audit-export"), built("dcmctl"),
		{filepath.Join(root, "shared", "postgres", "node_modules"), "install PostgreSQL with `make shared/postgres/node_modules/.installed`"},
		{filepath.Join(root, "dev", "journeys", playwright), "install Playwright with `make dev/journeys/node_modules/.installed`"},
		{browser, "install it with `make system-packages`, or name another one in CHROMIUM"},
	}
}

func check(all []need) error {
	for _, n := range all {
		if _, err := os.Stat(n.path); err != nil {
			return fmt.Errorf("%s is missing: %s", n.path, n.help)
		}
	}
	if _, err := exec.LookPath("node"); err != nil {
		return fmt.Errorf("find Node.js: %w", err)
	}
	return nil
}
