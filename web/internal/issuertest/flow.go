package issuertest

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"time"
)

func (i *Issuer) describe(w http.ResponseWriter, _ *http.Request) {
	write(w, map[string]any{
		"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize", "token_endpoint": i.URL + "/token", "jwks_uri": i.URL + "/keys",
		"end_session_endpoint": i.URL + "/logout", "id_token_signing_alg_values_supported": []string{"RS256"},
	})
}

// authorize sends the browser back with a code for whoever is present.
func (i *Issuer) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("client_id") != Client || q.Get("code_challenge_method") != "S256" || q.Get("nonce") == "" || q.Get("state") == "" {
		http.Error(w, "a client must send state, nonce and a PKCE challenge", http.StatusBadRequest)
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	back := url.Values{"state": {q.Get("state")}, "iss": {i.URL}}
	if i.present.Subject == "" {
		back.Set("error", "access_denied")
	} else {
		code := rand.Text()
		i.codes[code] = grant{person: i.present, nonce: q.Get("nonce"), challenge: q.Get("code_challenge"), returnsTo: q.Get("redirect_uri")}
		back.Set("code", code)
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

func (i *Issuer) token(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	id, secret, ok := r.BasicAuth()
	if !ok {
		id, secret = r.FormValue("client_id"), r.FormValue("client_secret")
	}
	if id != Client || secret != Secret {
		refuse(w, "invalid_client", http.StatusUnauthorized)
		return
	}
	switch r.FormValue("grant_type") {
	case "authorization_code":
		g, ok := i.codes[r.FormValue("code")]
		delete(i.codes, r.FormValue("code"))
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		if !ok || g.challenge != base64.RawURLEncoding.EncodeToString(sum[:]) || g.returnsTo != r.FormValue("redirect_uri") {
			refuse(w, "invalid_grant", http.StatusBadRequest)
			return
		}
		i.give(w, g.person, g.nonce)
	case "refresh_token":
		p, ok := i.refreshes[r.FormValue("refresh_token")]
		if !ok {
			refuse(w, "invalid_grant", http.StatusBadRequest)
			return
		}
		delete(i.refreshes, r.FormValue("refresh_token"))
		i.renewals++
		i.give(w, p, "")
	default:
		refuse(w, "unsupported_grant_type", http.StatusBadRequest)
	}
}

func (i *Issuer) give(w http.ResponseWriter, p Person, nonce string) {
	refresh := rand.Text()
	i.refreshes[refresh] = p
	answer := map[string]any{
		"access_token": i.AccessToken(p), "token_type": "Bearer", "refresh_token": refresh, "expires_in": int(i.Lifetime / time.Second),
	}
	if nonce != "" {
		answer["id_token"] = i.sign(p, map[string]any{"aud": Client, "nonce": nonce})
	}
	write(w, answer)
}

func (i *Issuer) logout(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.logouts = append(i.logouts, r.URL.Query().Get("id_token_hint"))
	http.Redirect(w, r, r.URL.Query().Get("post_logout_redirect_uri"), http.StatusFound)
}

func refuse(w http.ResponseWriter, code string, status int) {
	w.WriteHeader(status)
	write(w, map[string]string{"error": code})
}
