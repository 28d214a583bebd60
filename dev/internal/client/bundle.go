package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

// A Bundle of the log.
type Bundle struct {
	ID     string `json:"id"`
	State  string `json:"state"`
	Facts  int64  `json:"facts"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Export asks for a bundle of a period.
func (c *Client) Export(ctx context.Context, from, to time.Time) (Bundle, error) {
	var b Bundle
	err := c.Post(ctx, "/api/v1/audit/bundles", "", map[string]time.Time{"from": from, "to": to}, &b)
	return b, err
}

// AwaitBundle waits until a bundle is ready.
func (c *Client) AwaitBundle(ctx context.Context, id string) (Bundle, error) {
	for {
		var page struct {
			Items []Bundle `json:"items"`
		}
		if err := c.Get(ctx, "/api/v1/audit/bundles", &page); err != nil {
			return Bundle{}, err
		}
		for _, b := range page.Items {
			if b.ID == id && b.State == "ready" {
				return b, nil
			}
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return Bundle{}, ctx.Err()
		}
	}
}

// Download fetches a bundle through an expiring link.
func (c *Client) Download(ctx context.Context, id string) ([]byte, error) {
	var link struct {
		URL string `json:"url"`
	}
	if err := c.Post(ctx, "/api/v1/audit/bundles/"+id+"/link", "", struct{}{}, &link); err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, link.URL, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("follow the link: %w", err)
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return nil, fmt.Errorf("follow the link: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("follow the link: %s", resp.Status)
	}
	return io.ReadAll(resp.Body)
}
