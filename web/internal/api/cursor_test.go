package api

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/google/uuid"
)

func TestCursor(t *testing.T) {
	t.Parallel()
	c := cursor{List: "requests:name", Name: "shop-1", At: time.Date(2026, 3, 2, 12, 0, 0, 123456000, time.UTC), ID: uuid.New()}
	back, err := parseCursor("requests:name", c.String())
	if err != nil || back != c {
		t.Errorf("got %+v %v", back, err)
	}
	if none, err := parseCursor("requests:name", ""); err != nil || !none.mark().IsZero() {
		t.Errorf("no cursor is the beginning, got %+v %v", none, err)
	}
	encode := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	for reason, s := range map[string]string{
		"another list":    cursor{List: "vms", ID: c.ID}.String(),
		"no place":        cursor{List: "requests:name"}.String(),
		"two places":      cursor{List: "requests:name", ID: c.ID, Pos: 1}.String(),
		"before all":      cursor{List: "requests:name", Pos: -1}.String(),
		"unknown field":   encode(`{"l":"requests:name","x":1}`),
		"written so":      encode(`{ "l":"requests:name","i":"` + c.ID.String() + `"}`),
		"something more":  c.String() + "AA",
		"not JSON":        encode("hello"),
		"not base64":      "***",
		"of another time": encode(`{"l":"requests:name","t":"soon","i":"` + c.ID.String() + `"}`),
	} {
		if got, err := parseCursor("requests:name", s); err == nil {
			t.Errorf("%s was taken for a cursor: %+v", reason, got)
		}
	}
}
