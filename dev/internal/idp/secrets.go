package idp

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// placeholder is a value that the realm file names and does not hold.
var placeholder = regexp.MustCompile(`\$\{(DCM_[A-Z0-9_]+)\}`)

// fill replaces the placeholders of a realm file: by a given variable, or by a
// secret that is generated once and kept in dir.
func fill(file []byte, given map[string]string, dir string) ([]byte, map[string]string, error) {
	kept, err := readSecrets(dir)
	if err != nil {
		return nil, nil, err
	}
	values, fresh := map[string]string{}, false
	for _, match := range placeholder.FindAllSubmatch(file, -1) {
		name := string(match[1])
		if value, ok := given[name]; ok {
			values[name] = value
			continue
		}
		if kept[name] == "" {
			if kept[name], err = generate(name); err != nil {
				return nil, nil, err
			}
			fresh = true
		}
		values[name] = kept[name]
	}
	if fresh {
		if err := writeSecrets(dir, kept); err != nil {
			return nil, nil, err
		}
	}
	filled := placeholder.ReplaceAllFunc(file, func(match []byte) []byte {
		quoted, _ := json.Marshal(values[string(match[2:len(match)-1])]) // a string can always be marshalled
		return quoted[1 : len(quoted)-1]
	})
	return filled, values, nil
}

// generate makes passwords that people can type, and secrets that need not be.
func generate(name string) (string, error) {
	switch {
	case strings.HasSuffix(name, "_PASSWORD"):
		return pronounceable()
	case strings.HasSuffix(name, "_SECRET"):
		return rand.Text(), nil
	default:
		return "", fmt.Errorf("the realm file needs ${%s}, which nobody gave", name)
	}
}

// pronounceable makes something like "tubo-kemi-raso-93": 45 bits.
func pronounceable() (string, error) {
	const consonants, vowels, digits = "bdfgklmnprstvwz", "aeiou", "0123456789"
	var b strings.Builder
	for _, set := range []string{
		consonants, vowels, consonants, vowels, "-",
		consonants, vowels, consonants, vowels, "-",
		consonants, vowels, consonants, vowels, "-",
		digits, digits,
	} {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(set))))
		if err != nil {
			return "", fmt.Errorf("generate a password: %w", err)
		}
		b.WriteByte(set[n.Int64()])
	}
	return b.String(), nil
}

func secretsFile(dir string) string { return filepath.Join(dir, "secrets.json") }

func readSecrets(dir string) (map[string]string, error) {
	kept := map[string]string{}
	content, err := os.ReadFile(secretsFile(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return kept, nil
	}
	if err == nil {
		err = json.Unmarshal(content, &kept)
	}
	if err != nil {
		return nil, fmt.Errorf("read kept secrets: %w", err)
	}
	return kept, nil
}

func writeSecrets(dir string, secrets map[string]string) error {
	content, err := json.MarshalIndent(secrets, "", "  ")
	if err == nil {
		err = os.WriteFile(secretsFile(dir), append(content, '\n'), 0o600)
	}
	if err != nil {
		return fmt.Errorf("keep secrets: %w", err)
	}
	return nil
}
