package bench

import "testing"

func TestInitTime(t *testing.T) {
	t.Parallel()
	const said = `init internal/bytealg @0.005 ms, 0.25 ms clock, 0 bytes, 0 allocs
init net/http @1.5 ms, 0.5 ms clock, 4712 bytes, 49 allocs
{"level":"INFO","msg":"init is done"}
init
`
	if got := initTime(said); got != 0.75 {
		t.Errorf("%v ms, want 0.75", got)
	}
}
