package export_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"
	"testing"
	"time"

	"dcm.io/functions/audit-export/internal/export"
)

const benchFacts = 100_000

// BenchmarkBundle writes the bundle of 100,000 facts, which it makes as it goes:
// making them counts as the log does in truth. peak_MB is the most heap in use.
func BenchmarkBundle(b *testing.B) {
	f, err := os.CreateTemp(b.TempDir(), "")
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	b.ReportAllocs()
	peak := watchHeap()
	for b.Loop() {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			b.Fatal(err)
		}
		o, err := export.Write(f, header, unplaced(stream(benchFacts)), nobody, nil)
		if err != nil || o.Facts != benchFacts {
			b.Fatal(o, err)
		}
		b.ReportMetric(float64(o.Bytes)/1e6, "bundle_MB")
	}
	b.ReportMetric(float64(peak())/1e6, "peak_MB")
}

// BenchmarkSource is what making the facts costs, to be subtracted.
func BenchmarkSource(b *testing.B) {
	for b.Loop() {
		n := 0
		for _, err := range stream(benchFacts) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != benchFacts {
			b.Fatal(n)
		}
	}
}

// BenchmarkVerify checks the bundle of 100,000 facts.
func BenchmarkVerify(b *testing.B) {
	var buffer bytes.Buffer
	o, err := export.Write(&buffer, header, unplaced(stream(benchFacts)), nobody, nil)
	if err != nil {
		b.Fatal(err)
	}
	r := bytes.NewReader(buffer.Bytes())
	b.ReportAllocs()
	peak := watchHeap()
	for b.Loop() {
		report, err := export.Verify(r, o.Bytes, export.Trust{SHA256: o.SHA256}, runtime.GOMAXPROCS(0))
		if err != nil || !report.Intact() {
			b.Fatal(fmt.Sprint(err, report.Problems))
		}
	}
	b.ReportMetric(float64(peak())/1e6, "peak_MB")
}

// watchHeap samples the heap until the function it returns is called.
func watchHeap() (peak func() uint64) {
	runtime.GC()
	stop, most := make(chan struct{}), make(chan uint64)
	go func() {
		var m runtime.MemStats
		var highest uint64
		for {
			runtime.ReadMemStats(&m)
			highest = max(highest, m.HeapInuse)
			select {
			case <-stop:
				most <- highest
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	return func() uint64 { close(stop); return <-most }
}

// BenchmarkVerifyProven checks a bundle of 100,000 facts against its signed
// checkpoint; compare with BenchmarkVerify, which checks links alone.
func BenchmarkVerifyProven(b *testing.B) {
	h := newHistory(b, facts(b, benchFacts))
	archive := proven(b, header, h.facts, h.tree(b))
	b.ReportAllocs()
	peak := watchHeap()
	for b.Loop() {
		if r := check(b, archive, export.Trust{Keys: h.keys()}); !r.Intact() || !r.Signed {
			b.Fatal(r.Problems)
		}
	}
	b.ReportMetric(float64(b.N)*benchFacts/b.Elapsed().Seconds(), "facts/s")
	b.ReportMetric(float64(peak())/1e6, "peak_MB")
}
