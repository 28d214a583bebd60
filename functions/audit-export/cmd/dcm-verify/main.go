// Command dcm-verify tells an auditor whether a bundle or a receipt of DCM's event
// log is what was recorded. It needs nothing but that file and a public key: no
// network, no database, no DCM.
//
//	dcm-verify -key KEY bundle.zip
//	dcm-verify -key KEY -earlier checkpoint.txt bundle.zip
//	dcm-verify -key KEY receipt.json
//
// The key is the installation's, as its operator has published it; keys of before
// a rotation are given with it, separated by commas, or a file that holds them. An
// earlier checkpoint comes from the object store (below checkpoints/TENANT/), or it
// is another bundle or receipt: what was recorded before it must then be the same.
//
// It exits with 0 if nothing is wrong, with 1 if something is, and with 2 if it
// could not look. What is wrong is said one line each, what kind it is first.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"dcm.io/functions/audit-export/internal/export"
	"dcm.io/shared/checkpoint"
)

// Exit codes.
const (
	intact = iota
	tampered
	failed
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, out, errs io.Writer) int {
	f := flag.NewFlagSet("dcm-verify", flag.ContinueOnError)
	f.SetOutput(errs)
	key := f.String("key", "", "public keys of the installation, or a file with them")
	earlier := f.String("earlier", "", "a file with an earlier checkpoint: a note, a bundle or a receipt")
	sum := f.String("sha256", "", "SHA-256 of the archive, as the portal shows it")
	if err := f.Parse(args); err != nil {
		return failed
	}
	if f.NArg() != 1 {
		fmt.Fprintln(errs, "usage: dcm-verify -key KEY [-earlier FILE] [-sha256 HEX] bundle.zip or receipt.json")
		return failed
	}
	trust, err := trusting(*key, *earlier, *sum)
	if err != nil {
		fmt.Fprintln(errs, "dcm-verify:", err)
		return failed
	}
	r, err := verify(f.Arg(0), trust)
	if err != nil {
		fmt.Fprintln(errs, "dcm-verify:", err)
		return failed
	}
	return tell(out, r)
}

func trusting(key, earlier, sum string) (trust export.Trust, err error) {
	trust.SHA256 = sum
	if content, err := os.ReadFile(key); err == nil {
		key = string(content)
	}
	if trust.Keys, err = checkpoint.ParseKeys(key); err != nil {
		return trust, fmt.Errorf("-key: %w", err)
	}
	if earlier == "" {
		return trust, nil
	}
	content, err := os.ReadFile(earlier)
	if err != nil {
		return trust, fmt.Errorf("-earlier: %w", err)
	}
	if trust.Earlier, err = export.NoteIn(content); err != nil {
		return trust, fmt.Errorf("-earlier: %w", err)
	}
	return trust, nil
}

// verify looks at a bundle, which is a ZIP archive, or at a receipt.
func verify(name string, trust export.Trust) (export.Report, error) {
	f, err := os.Open(name)
	if err != nil {
		return export.Report{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return export.Report{}, err
	}
	first := make([]byte, 1)
	if _, err := f.ReadAt(first, 0); err != nil && !errors.Is(err, io.EOF) {
		return export.Report{}, err
	}
	if first[0] != '{' {
		return export.Verify(f, info.Size(), trust, runtime.GOMAXPROCS(0))
	}
	content, err := io.ReadAll(f)
	if err != nil {
		return export.Report{}, err
	}
	return export.VerifyReceipt(content, trust), nil
}

func tell(out io.Writer, r export.Report) int {
	for _, p := range r.Problems {
		fmt.Fprintf(out, "PROBLEM %s: %s\n", p.Code, p.Detail)
	}
	if more := r.Count - int64(len(r.Problems)); more > 0 {
		fmt.Fprintf(out, "PROBLEM: and %d more\n", more)
	}
	for _, note := range r.Notes {
		fmt.Fprintln(out, "NOTE:", note)
	}
	if !r.Intact() {
		fmt.Fprintf(out, "NOT INTACT: %d problems in %d facts.\n", r.Count, r.Facts)
		return tampered
	}
	c := r.Checkpoint
	switch {
	case c == nil:
		fmt.Fprintf(out, "OK: %d facts are linked to one another. The bundle has no checkpoint: whoever made it may have made up all of it.\n", r.Facts)
	case !r.Signed:
		fmt.Fprintf(out, "OK: %d facts of tenant %s fit the checkpoint of %s.\n", r.Facts, c.Tenant, c.At.Format(time.RFC3339))
	default:
		fmt.Fprintf(out, "OK: %d facts of tenant %s are what was recorded, by the signed checkpoint of %s (%d facts in all, epoch %d).\n",
			r.Facts, c.Tenant, c.At.Format(time.RFC3339), c.Size, c.Epoch)
	}
	return intact
}
