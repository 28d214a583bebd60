// Package forward is an HTTP proxy into the network that it runs in. A test on
// the outside of a cluster sees the inside through it, with the inside's names.
// It lets everybody go everywhere and so belongs into test clusters only.
package forward

import (
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"time"
)

// dialTime bounds how long a host may take to be reached.
const dialTime = 10 * time.Second

// Handler forwards requests that name another host, by CONNECT or by an absolute
// address, and gives all others to own.
func Handler(own http.Handler) http.Handler {
	plain := &httputil.ReverseProxy{
		Rewrite:       func(p *httputil.ProxyRequest) { p.Out.Host = p.In.Host },
		FlushInterval: -1, // live views are streams
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodConnect:
			tunnel(w, r)
		case r.URL.IsAbs():
			plain.ServeHTTP(w, r)
		default:
			own.ServeHTTP(w, r)
		}
	})
}

// tunnel joins the client's connection with one to the host that it names.
func tunnel(w http.ResponseWriter, r *http.Request) {
	d := net.Dialer{Timeout: dialTime}
	there, err := d.DialContext(r.Context(), "tcp", r.Host)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer there.Close()
	w.WriteHeader(http.StatusOK)
	here, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer here.Close()
	done := make(chan struct{}, 2)
	pass := func(to net.Conn, from io.Reader) {
		_, _ = io.Copy(to, from) // either side may end it
		done <- struct{}{}
	}
	go pass(there, buffered)
	go pass(here, there)
	<-done
}
