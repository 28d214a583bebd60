package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"dcm.io/functions/audit-export/internal/notary"
	"dcm.io/shared/checkpoint"
)

// A signingConfig says with what checkpoints of the log are signed.
type signingConfig struct {
	// Key is the private key that dcmctl log key has drawn, or KeyFile a file with
	// it. Without one nothing is signed, and bundles prove no more than their links.
	Key     string `env:"CHECKPOINT_KEY"`
	KeyFile string `env:"CHECKPOINT_KEY_FILE"`
	// OldKeys are public keys of before, separated by commas: what they have signed
	// stays believed after a rotation.
	OldKeys string `env:"CHECKPOINT_OLD_KEYS"`
	// Lost is what restores have cost, as the log of audit-export writes it, separated
	// by commas. It is declared here, for whoever rules the database must not be able to.
	Lost string `env:"CHECKPOINT_LOST"`
}

func (c signingConfig) losses() (notary.Losses, error) {
	l, err := notary.ParseLosses(c.Lost)
	if err != nil {
		return nil, fmt.Errorf("read CHECKPOINT_LOST: %w", err)
	}
	return l, nil
}

// signer makes the signer, nil if there is no key, and the keys of before.
func (c signingConfig) signer(ctx context.Context) (*checkpoint.Signer, checkpoint.Keys, error) {
	old, err := checkpoint.ParseKeys(c.OldKeys)
	if err != nil {
		return nil, nil, fmt.Errorf("read CHECKPOINT_OLD_KEYS: %w", err)
	}
	private := c.Key
	if private == "" && c.KeyFile != "" {
		content, err := os.ReadFile(c.KeyFile)
		if err != nil {
			return nil, nil, fmt.Errorf("read CHECKPOINT_KEY_FILE: %w", err)
		}
		private = string(content)
	}
	if private == "" {
		slog.WarnContext(ctx, "CHECKPOINT_KEY is not set: the event log is not signed, and audit bundles cannot prove that it was not rewritten")
		return nil, old, nil
	}
	s, err := checkpoint.NewSigner(private)
	if err != nil {
		return nil, nil, fmt.Errorf("read CHECKPOINT_KEY: %w", err)
	}
	slog.InfoContext(ctx, "checkpoints of the event log are signed", "public_key", s.Key().String())
	return s, old, nil
}
