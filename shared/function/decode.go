package function

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"dcm.io/shared/fault"
)

// ErrBadData says that a command's data is not what it should be.
var ErrBadData = fault.New(fault.Invalid, "bad_data", "The data is not of the expected form.")

// DecodeData reads a command's JSON into v strictly: an unknown field or
// anything behind the value is a fault, named.
func DecodeData(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		var t *json.UnmarshalTypeError
		if errors.As(err, &t) {
			return ErrBadData.With(fault.Field{Field: t.Field, Code: "wrong_type", Detail: "Must be of type " + t.Type.String() + "."}).Because(err)
		}
		return ErrBadData.With(fault.Field{Code: "bad_json", Detail: err.Error()}).Because(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return ErrBadData.With(fault.Field{Code: "trailing_data", Detail: "There is something behind the JSON value."})
	}
	return nil
}
