// Package client uses the portal's public API as a person would with a program
// of their own: with an access token from the issuer's direct grant.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A Client acts as one person. It is safe for concurrent use.
type Client struct {
	portal string
	token  string
	http   *http.Client
}

// A Problem is a refusal, by RFC 9457.
type Problem struct {
	Status int    `json:"status"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Errors []struct {
		Field  string `json:"field"`
		Code   string `json:"code"`
		Detail string `json:"detail"`
	} `json:"errors"`
}

// Error is the problem in one line.
func (p *Problem) Error() string {
	return fmt.Sprintf("%d %s: %s %v", p.Status, p.Code, p.Detail, p.Errors)
}

// Token asks the issuer for a person's access token.
func Token(ctx context.Context, issuer, username, password string) (string, error) {
	form := url.Values{
		"grant_type": {"password"}, "client_id": {"dcm-cli"}, "scope": {"openid"}, "username": {username}, "password": {password},
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, issuer+"/protocol/openid-connect/token", strings.NewReader(form.Encode()))
	if err != nil {
		return "", fmt.Errorf("address the issuer: %w", err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	if err := do(http.DefaultClient, r, &answer); err != nil {
		return "", fmt.Errorf("log in %s: %w", username, err)
	}
	return answer.AccessToken, nil
}

// Login makes a client for a person.
func Login(ctx context.Context, portal, issuer, username, password string) (*Client, error) {
	token, err := Token(ctx, issuer, username, password)
	if err != nil {
		return nil, err
	}
	return WithToken(portal, token), nil
}

// WithToken makes a client for whoever holds the token.
func WithToken(portal, token string) *Client {
	return &Client{portal: portal, token: token, http: &http.Client{Timeout: 30 * time.Second}}
}

// Get reads path into v.
func (c *Client) Get(ctx context.Context, path string, v any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.portal+path, http.NoBody)
	if err != nil {
		return fmt.Errorf("address %s: %w", path, err)
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	return do(c.http, r, v)
}

// Post sends body to path and reads the answer into v. The key makes it safe to
// repeat; empty for none.
func (c *Client) Post(ctx context.Context, path, key string, body, v any) error {
	return c.PostIn(ctx, "", path, key, body, v)
}

// PostIn does as Post, in a trace, as the portal's pages do.
func (c *Client) PostIn(ctx context.Context, traceparent, path, key string, body, v any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("write the body of %s: %w", path, err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.portal+path, bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("address %s: %w", path, err)
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	if traceparent != "" {
		r.Header.Set("traceparent", traceparent)
	}
	return do(c.http, r, v)
}

// Command sends a CloudEvent straight to a function, as the portal does.
func (c *Client) Command(ctx context.Context, function, kind, id, subject string, data, v any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("write the command: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, function, bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("address the function: %w", err)
	}
	for name, value := range map[string]string{
		"Authorization": "Bearer " + c.token, "Content-Type": "application/json", "ce-specversion": "1.0",
		"ce-id": id, "ce-source": "/dev/client", "ce-type": kind,
	} {
		r.Header.Set(name, value)
	}
	if subject != "" {
		r.Header.Set("ce-subject", subject)
	}
	return do(c.http, r, v)
}

func do(h *http.Client, r *http.Request, v any) error {
	resp, err := h.Do(r)
	if err != nil {
		return fmt.Errorf("%s %s: %w", r.Method, r.URL.Path, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Errorf("%s %s: read the answer: %w", r.Method, r.URL.Path, err)
	}
	if resp.StatusCode/100 != 2 {
		p := &Problem{Status: resp.StatusCode}
		if json.Unmarshal(body, p) != nil {
			p.Detail = string(body)
		}
		return fmt.Errorf("%s %s: %w", r.Method, r.URL.Path, p)
	}
	if v == nil {
		return nil
	}
	if err := json.Unmarshal(body, v); err != nil {
		return fmt.Errorf("%s %s: read the answer: %w", r.Method, r.URL.Path, err)
	}
	return nil
}
