package chaos

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"dcm.io/dev/internal/campaign"
	"dcm.io/dev/internal/objectstore"
)

func TestMain(m *testing.M) {
	objectstore.RunIfChild()
	os.Exit(m.Run())
}

// TestShortForm prints what it did. SEED=n replays a run.
func TestShortForm(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "bin", "web")); err != nil {
		t.Fatal("the binaries are missing: run `make build` first, or `make test`, which does")
	}
	seed := uint64(time.Now().UnixNano() % 1_000_000_000)
	if given := os.Getenv("SEED"); given != "" {
		if seed, err = strconv.ParseUint(given, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	var said strings.Builder
	err = campaign.Plan{
		Root: root, Seed: seed, Quick: true, Out: &said,
		Log:    []string{"killed-postgres", "lost-answers", "late-commits", "same-id", "bells", "hostile-tenant"},
		Flow:   []string{"killed-functions", "bad-broker"},
		Builds: []string{"naive-cursor", "conflict-target", "owner-bypass", "memory-dedup", "missing-check"},
	}.Run(t.Context())
	t.Log("\n" + said.String())
	if err != nil {
		t.Fatal(err)
	}
}
