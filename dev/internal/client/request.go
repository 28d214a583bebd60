package client

import (
	"context"
	"time"
)

// A Wish asks for a machine.
type Wish struct {
	Project       string `json:"project"`
	Name          string `json:"name"`
	Template      string `json:"template"`
	Size          string `json:"size"`
	Network       string `json:"network"`
	LeaseDays     int    `json:"lease_days"`
	Justification string `json:"justification"`
}

// A Request as far as programs here look at it.
type Request struct {
	ID           string `json:"id"`
	State        string `json:"state"`
	Name         string `json:"name"`
	VMID         string `json:"vm_id"`
	Version      int64  `json:"version"`
	Provisioning *struct {
		Step    string `json:"step"`
		VMName  string `json:"vm_name"`
		Stalled *struct {
			Code string `json:"code"`
		} `json:"stalled"`
		Failure *struct {
			Step   string `json:"step"`
			Code   string `json:"code"`
			Detail string `json:"detail"`
		} `json:"failure"`
	} `json:"provisioning"`
}

// A Moment is a line of a request's timeline.
type Moment struct {
	Type       string    `json:"type"`
	OccurredAt time.Time `json:"occurred_at"`
	Actor      struct {
		Kind string `json:"kind"`
		Name string `json:"name"`
	} `json:"actor"`
	Data map[string]any `json:"data"`
}

// Submit asks for a machine.
func (c *Client) Submit(ctx context.Context, key string, w Wish) (Request, error) {
	var r Request
	err := c.Post(ctx, "/api/v1/requests", key, w, &r)
	return r, err
}

// Request reads a request.
func (c *Client) Request(ctx context.Context, id string) (Request, error) {
	var r Request
	err := c.Get(ctx, "/api/v1/requests/"+id, &r)
	return r, err
}

// Decide approves or rejects a request.
func (c *Client) Decide(ctx context.Context, id, decision, reason string) (Request, error) {
	var r Request
	err := c.Post(ctx, "/api/v1/requests/"+id+"/decision", "", map[string]string{"decision": decision, "reason": reason}, &r)
	return r, err
}

// Timeline reads everything that has happened to a request.
func (c *Client) Timeline(ctx context.Context, id string) ([]Moment, error) {
	var page struct {
		Items []Moment `json:"items"`
	}
	err := c.Get(ctx, "/api/v1/requests/"+id+"/timeline", &page)
	return page.Items, err
}

// Await reads a request again and again until it is in one of the states.
func (c *Client) Await(ctx context.Context, id string, states ...string) (Request, error) {
	for {
		r, err := c.Request(ctx, id)
		if err != nil {
			return r, err
		}
		for _, s := range states {
			if r.State == s {
				return r, nil
			}
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return r, ctx.Err()
		}
	}
}
