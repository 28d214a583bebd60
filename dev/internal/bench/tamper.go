package bench

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"dcm.io/shared/merkle"
)

// recordSize is that of a leaf of the history tree, about.
const recordSize = 320

// Tamper measures what evidence of tampering costs: to put a record into a Merkle
// tree beside hashing it once, and to verify a bundle with dcm-verify, a process
// of its own that has the bundle and a public key. exported is the directory of
// audit-export, whose tests write the bundle and make the edits.
func Tamper(ctx context.Context, bin, exported string, pace Pace, of Sizes) ([]Row, error) {
	rows := []Row{growth(pace)}
	verified, err := verification(ctx, bin, exported, pace, of.BundleFacts)
	if err != nil {
		return nil, err
	}
	edits, err := edits(ctx, exported, of.Edits)
	return append(append(rows, verified...), edits), err
}

// growth compares CPU time: both run on one core and do nothing else.
func growth(pace Pace) Row {
	const records = 100_000
	record := bytes.Repeat([]byte{0x5a}, recordSize)
	var ratios, once []float64
	for range pace.Rounds {
		began := time.Now()
		for range records {
			_ = sha256.Sum256(record)
		}
		hashed := time.Since(began)
		began = time.Now()
		size, peaks := int64(0), []merkle.Hash(nil)
		for range records / sequenceStep {
			leaves := make([]merkle.Hash, sequenceStep)
			for i := range leaves {
				leaves[i] = merkle.LeafHash(record)
			}
			_, peaks = merkle.Grow(size, peaks, leaves)
			size += sequenceStep
		}
		ratios = append(ratios, float64(time.Since(began))/float64(hashed))
		once = append(once, float64(hashed.Nanoseconds())/records)
	}
	return Row{
		No: "18", Name: fmt.Sprintf("append to a Merkle tree / one SHA-256 of the record, %d bytes", recordSize), Value: Median(ratios), Unit: "x",
		Gate: 3, Target: 2.4, Lower: true, Note: fmt.Sprintf("SHA-256 %.0f ns", Median(once)),
	}
}

// verification runs dcm-verify on a bundle of so many facts. The budget is for a
// million: for fewer the bounds are as much smaller, and the row says so.
func verification(ctx context.Context, bin, exported string, pace Pace, facts int) (rows []Row, err error) {
	dir, err := os.MkdirTemp("", "dcm-bench-bundle-")
	if err != nil {
		return nil, fmt.Errorf("make a place for the bundle: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if out, err := goTest(ctx, exported, "TestSample", "-sample", dir, "-sample-facts", strconv.Itoa(facts)); err != nil {
		return nil, fmt.Errorf("write the bundle: %w\n%s", err, out)
	}
	var took, cpu, memory []float64
	for range pace.Rounds {
		r, err := verifier(ctx, filepath.Join(bin, "dcm-verify"), dir)
		if err != nil {
			return nil, err
		}
		if !strings.Contains(r.said, fmt.Sprintf("OK: %d facts", facts)) {
			return nil, fmt.Errorf("dcm-verify: %s", r.said)
		}
		took, cpu, memory = append(took, r.took.Seconds()), append(cpu, r.cpu.Seconds()), append(memory, r.memory)
	}
	t, scale := Median(took), float64(facts)/budgetFacts
	return []Row{
		{No: "18", Name: fmt.Sprintf("dcm-verify of %d facts%s", facts, inStep(facts)), Value: t, Unit: "s", Gate: 20 * scale, Target: 5 * scale, Lower: true, Note: fmt.Sprintf("%.0f facts/s, %.2f s CPU", float64(facts)/t, Median(cpu))},
		{No: "18", Name: fmt.Sprintf("dcm-verify of %d facts, most memory", facts), Value: Median(memory), Unit: "MiB"},
	}, nil
}

// A verified is what a run of dcm-verify took.
type verified struct {
	took, cpu time.Duration
	memory    float64 // the most that was resident, in MiB; 0 where the system does not say
	said      string
}

func verifier(ctx context.Context, path, dir string) (verified, error) {
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, path, "-key", filepath.Join(dir, "key.pub"), filepath.Join(dir, "bundle.zip"))
	cmd.Stdout, cmd.Stderr = &said, &said
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return verified{}, fmt.Errorf("start dcm-verify: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	var v verified
	for {
		select {
		case err := <-ended:
			v.took, v.said = time.Since(began), said.String()
			v.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			if err != nil {
				err = fmt.Errorf("dcm-verify: %w\n%s", err, v.said)
			}
			return v, err
		case <-time.After(2 * time.Millisecond): // what the system keeps is the most so far
			v.memory = max(v.memory, statusOf(cmd.Process.Pid, "VmHWM"))
		}
	}
}

// editTests are those that edit what they then verify: bytes of bundles and of
// receipts, and logs whose links and tree were made to fit afterwards.
var editTests = []string{"TestTamper", "TestProvenBytes", "TestReceipt", "TestVandals"}

var editsFound = regexp.MustCompile(`(\d+) edits found`)

// edits has the tests of audit-export make so many random edits in all, offline,
// and counts what was found. The seed makes them again.
func edits(ctx context.Context, exported string, n int) (Row, error) {
	seed, each := rand.Uint64(), (n+len(editTests)-1)/len(editTests)
	out, err := goTest(ctx, exported, strings.Join(editTests, "|"), "-edits", strconv.Itoa(each), "-seed", strconv.FormatUint(seed, 10))
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return Row{}, err
	}
	found := 0
	for _, m := range editsFound.FindAllSubmatch(out, -1) {
		more, _ := strconv.Atoi(string(m[1]))
		found += more
	}
	note := fmt.Sprintf("%d edits, no database, -seed %d", each*len(editTests), seed)
	if err != nil {
		note += "; " + failure(out)
	}
	return Row{
		No: "19", Name: "random edits found: bytes, deletions, swaps, cuts, rewritten streams", Value: 100 * float64(found) / float64(each*len(editTests)), Unit: "%",
		Gate: 100, Target: 100, Note: note,
	}, nil
}

// failure is the first line in which a test says what went wrong.
func failure(out []byte) string {
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "_test.go:") && !strings.Contains(line, "edits found") && !strings.Contains(line, "-seed") {
			return strings.TrimSpace(line)
		}
	}
	return "the tests failed"
}

// goTest runs tests of audit-export's package export.
func goTest(ctx context.Context, exported, names string, args ...string) ([]byte, error) {
	args = append([]string{"test", "-count=1", "-v", "-timeout=30m", "-run", "^(" + names + ")$", "./internal/export"}, args...)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = exported
	cmd.Env = append(os.Environ(), "GOWORK=off")
	return cmd.CombinedOutput()
}
