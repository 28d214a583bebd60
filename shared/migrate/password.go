package migrate

import (
	"context"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// setPasswords lets login roles log in. The server is sent a verifier and not the
// password, so that the password is in none of its logs.
func setPasswords(ctx context.Context, conn *pgx.Conn, passwords map[string]string) error {
	for _, role := range Roles {
		if passwords[role] == "" {
			continue
		}
		v, err := verifier(passwords[role])
		if err != nil {
			return err
		}
		var statement string
		err = conn.QueryRow(ctx, `select format('alter role %I login password %L', $1::text, $2::text)`, role, v).Scan(&statement)
		if err == nil {
			_, err = conn.Exec(ctx, statement)
		}
		if err != nil {
			return fmt.Errorf("set the password of %s: %w", role, err)
		}
	}
	return nil
}

// iterations of PBKDF2, as the server itself uses them.
const iterations = 4096

// verifier makes what PostgreSQL stores of a password (SCRAM-SHA-256, RFC 5803).
func verifier(password string) (string, error) {
	for _, c := range []byte(password) {
		if c < ' ' || c > '~' {
			return "", errors.New("the role password must be printable ASCII")
		}
	}
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails since Go 1.24
	salted, err := pbkdf2.Key(sha256.New, password, salt, iterations, sha256.Size)
	if err != nil {
		return "", fmt.Errorf("derive key of the role password: %w", err)
	}
	stored := sha256.Sum256(sign(salted, "Client Key"))
	b64 := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("SCRAM-SHA-256$%d:%s$%s:%s", iterations, b64(salt), b64(stored[:]), b64(sign(salted, "Server Key"))), nil
}

func sign(key []byte, what string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(what))
	return h.Sum(nil)
}
