package api

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"
)

func TestDocument(t *testing.T) {
	t.Parallel()
	doc := Document()
	if !bytes.Equal(doc, Document()) {
		t.Fatal("the document must be the same every time")
	}
	written, err := os.ReadFile("../../openapi.json")
	if err != nil || !bytes.Equal(doc, written) {
		t.Errorf("openapi.json is not up to date (%v): run go run ./cmd/openapi in web", err)
	}
	var d struct {
		Components struct {
			Schemas map[string]struct {
				Properties map[string]struct {
					Type  any   `json:"type"`
					AnyOf []any `json:"anyOf"`
				} `json:"properties"`
				Required []string `json:"required"`
				Enum     []string `json:"enum"`
			} `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(doc, &d); err != nil {
		t.Fatal(err)
	}
	s := d.Components.Schemas
	if len(s["RequestState"].Enum) != 9 {
		t.Errorf("the states are %v", s["RequestState"].Enum)
	}
	if p := s["Request"].Properties["decision"]; len(p.AnyOf) != 2 {
		t.Errorf("a decision may be null, got %+v", p)
	}
	if p := s["Request"].Properties["vm_id"]; len(p.Type.([]any)) != 2 {
		t.Errorf("an id may be null, got %+v", p)
	}
	if p := s["RequestPage"].Properties["items"]; p.Type != "array" {
		t.Errorf("a list is never null, got %+v", p)
	}
	if len(s["Approval"].Required) != len(s["Request"].Required)+1 {
		t.Error("an approval is a request and its requester's stats, and all of it is there")
	}
}
