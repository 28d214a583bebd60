// Command plainhttp is what functions are measured against: the least a Go
// process can be that answers HTTP.
package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	if err := http.ListenAndServe(os.Getenv("LISTEN_HOST")+":"+os.Getenv("PORT"), nil); err != nil { //nolint:gosec // measured, not used
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
