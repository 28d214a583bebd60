package tracesink

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
)

// maxBody bounds a request, unpacked.
const maxBody = 16 << 20

func handler(s *store) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/traces", s.take)
	mux.HandleFunc("GET /traces/{id}", func(w http.ResponseWriter, r *http.Request) {
		spans := s.trace(r.PathValue("id"))
		if len(spans) == 0 {
			http.Error(w, "no such trace", http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(spans) // whoever asked is gone
	})
	mux.HandleFunc("GET /traces/{id}/tree", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		WriteTree(w, s.trace(r.PathValue("id")))
	})
	mux.HandleFunc("GET /{$}", s.list)
	return mux
}

// take reads spans in either form and answers in the same.
func (s *store) take(w http.ResponseWriter, r *http.Request) {
	body, err := unpacked(w, r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	read, answer := fromJSON, "{}"
	switch media {
	case "application/json":
	case "application/x-protobuf":
		read, answer = fromProtobuf, "" // an empty message
	default:
		http.Error(w, "spans come as JSON or Protocol Buffers", http.StatusUnsupportedMediaType)
		return
	}
	spans, err := read(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.add(spans)
	w.Header().Set("Content-Type", media)
	_, _ = io.WriteString(w, answer) // the sender is gone; we have its spans
}

func unpacked(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	var from io.Reader = http.MaxBytesReader(w, r.Body, maxBody)
	if r.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(from)
		if err != nil {
			return nil, fmt.Errorf("unpack: %w", err)
		}
		from = io.LimitReader(z, maxBody)
	}
	body, err := io.ReadAll(from)
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	return body, nil
}
