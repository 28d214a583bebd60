package migrate

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"

	"dcm.io/shared/eventlog/pglog"
)

// Fingerprint names what Up makes of a database, the settings of roles included.
// It is another one after any change of a step.
func Fingerprint() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(pglog.Migrations, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(pglog.Migrations, path)
		fmt.Fprintf(h, "%s %d\n%s", path, len(content), content)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("read migrations: %w", err)
	}
	fmt.Fprint(h, own)
	return hex.EncodeToString(h.Sum(nil)[:6]), nil
}
