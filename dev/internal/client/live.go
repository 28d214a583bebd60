package client

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// A Change that the live view tells of.
type Change struct {
	Type     string `json:"type"`
	StreamID string `json:"stream_id"`
	Version  int64  `json:"version"`
}

// Live follows the tenant's changes until ctx ends. It returns when the server
// has begun to send.
func (c *Client) Live(ctx context.Context) (<-chan Change, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.portal+"/api/v1/live", http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("address the live view: %w", err)
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	r.Header.Set("Accept", "text/event-stream")
	resp, err := http.DefaultClient.Do(r) //nolint:bodyclose // whoever follows it below closes it
	if err != nil {
		return nil, fmt.Errorf("open the live view: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		_ = resp.Body.Close()
		return nil, fmt.Errorf("open the live view: %s", resp.Status)
	}
	changes := make(chan Change, 1000)
	go func() {
		defer resp.Body.Close()
		defer close(changes)
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			data, ok := strings.CutPrefix(lines.Text(), "data:")
			var change Change
			if ok && json.Unmarshal([]byte(data), &change) == nil {
				changes <- change
			}
		}
	}()
	return changes, nil
}
