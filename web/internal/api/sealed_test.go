package api

import (
	"encoding/json"
	"testing"

	"dcm.io/shared/event"
	"github.com/google/uuid"
)

func TestBoxes(t *testing.T) {
	t.Parallel()
	ada := uuid.New()
	data, err := event.Encode(event.RequestSubmitted{Name: "shop", MonthlyCents: 9007199254740993, Justification: event.Sealed{Person: ada, Box: []byte{1, 2}}})
	if err != nil {
		t.Fatal(err)
	}
	v, err := fields(data)
	if err != nil {
		t.Fatal(err)
	}
	v["list"] = []any{map[string]any{"person": ada.String(), "box": "AQI="}, map[string]any{"person": ada.String()}}
	var found []event.Sealed
	boxes(v, func(s event.Sealed) any {
		found = append(found, s)
		return s
	})
	boxes(v, func(event.Sealed) any { return "opened" })
	if len(found) != 2 || found[0].Person != ada || string(found[0].Box) != "\x01\x02" {
		t.Errorf("found %+v", found)
	}
	list := v["list"].([]any)
	if v["justification"] != "opened" || list[0] != "opened" || list[1].(map[string]any)["person"] != ada.String() {
		t.Errorf("got %+v", v)
	}
	if n := v["monthly_cents"].(json.Number); n != "9007199254740993" {
		t.Errorf("numbers stay as they were written, got %s", n)
	}
}
