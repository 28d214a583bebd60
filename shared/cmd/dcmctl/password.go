package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"dcm.io/shared/migrate"
)

// passwords are the login roles', as far as they were given: from files, else one
// for all.
func (c config) passwords() (map[string]string, error) {
	if c.PasswordDir == "" {
		if c.RolePassword == "" {
			return nil, nil
		}
		return migrate.Same(c.RolePassword), nil
	}
	found := map[string]string{}
	for _, role := range migrate.Roles {
		name := strings.ReplaceAll(strings.TrimPrefix(role, "dcm_"), "_", "-")
		text, err := os.ReadFile(filepath.Join(c.PasswordDir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read the password of %s: %w", role, err)
		}
		found[role] = strings.TrimSpace(string(text))
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s has no file that is named for a function", c.PasswordDir)
	}
	return found, nil
}
