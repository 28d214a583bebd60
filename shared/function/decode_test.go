package function_test

import (
	"errors"
	"strings"
	"testing"

	"dcm.io/shared/fault"
	"dcm.io/shared/function"
)

func TestDecodeData(t *testing.T) {
	t.Parallel()
	type content struct {
		Name  string `json:"name"`
		Count int    `json:"count"`
	}
	cases := map[string]struct {
		data   string
		code   string // of the field at fault; empty: none
		field  string
		reason string
	}{
		"Right":        {data: ` {"name":"x","count":2} ` + "\n", reason: "space around it does not matter"},
		"Empty":        {data: ``, code: "bad_json", reason: "there is nothing"},
		"Broken":       {data: `{"name":`, code: "bad_json", reason: "it ends too soon"},
		"UnknownField": {data: `{"nane":"x"}`, code: "bad_json", reason: "a typing error must be heard"},
		"WrongType":    {data: `{"count":"two"}`, code: "wrong_type", field: "count", reason: "the field is named"},
		"WrongShape":   {data: `[1]`, code: "wrong_type", reason: "an object is wanted"},
		"TwoValues":    {data: `{} {}`, code: "trailing_data", reason: "only one value"},
		"SpareBrace":   {data: `{}}`, code: "trailing_data", reason: "only one value"},
		"SpareBracket": {data: `{}]`, code: "trailing_data", reason: "only one value"},
		"TooDeep":      {data: `{"name":` + strings.Repeat("[", 20_000), code: "bad_json", reason: "the parser has a floor"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := function.DecodeData([]byte(tc.data), &content{})
			if tc.code == "" {
				if err != nil {
					t.Errorf("got %v: %s", err, tc.reason)
				}
				return
			}
			var f *fault.Error
			if !errors.As(err, &f) || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Code != tc.code || f.Fields[0].Field != tc.field {
				t.Errorf("got %+v, want %s of %q: %s", f, tc.code, tc.field, tc.reason)
			}
		})
	}
}
