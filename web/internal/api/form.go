package api

import (
	"errors"
	"net/http"
	"regexp"
	"strings"

	"dcm.io/shared/fault"
	"github.com/danielgtaylor/huma/v2"
)

// formCodes are the codes of problems with a request's form, by status.
var formCodes = map[int]struct{ code, detail string }{
	http.StatusUnprocessableEntity:   {"invalid_form", "Something in the request is not as it should be."},
	http.StatusBadRequest:            {"bad_json", "The request's body is not the JSON value that belongs here."},
	http.StatusRequestEntityTooLarge: {"too_large", "The request is larger than 1 MiB."},
	http.StatusUnsupportedMediaType:  {"content_type", "The request's body must be application/json."},
	http.StatusNotAcceptable:         {"not_acceptable", "The API answers with application/json."},
	http.StatusRequestTimeout:        {"too_slow", "The request took too long to arrive."},
}

// formProblem describes what is wrong with a request's form, field by field.
func formProblem(status int, instance string, errs []error) fault.Problem {
	f, ok := formCodes[status]
	if !ok {
		f.code, f.detail = "invalid_form", http.StatusText(status)
	}
	p := fault.Problem{
		Type: "urn:dcm:problem:" + f.code, Title: http.StatusText(status), Status: status,
		Detail: f.detail, Instance: instance, Code: f.code,
	}
	if status == http.StatusUnprocessableEntity {
		for _, err := range errs {
			p.Errors = append(p.Errors, fieldOf(err))
		}
	}
	return p
}

var missingProperty = regexp.MustCompile(`^expected required property (\S+) to be present$`)

// fieldOf says which field is at fault and how, in the words of the functions:
// the path without where it stood in the request.
func fieldOf(err error) fault.Field {
	var d *huma.ErrorDetail
	if !errors.As(err, &d) {
		return fault.Field{Code: "invalid", Detail: err.Error()}
	}
	_, field, _ := strings.Cut(d.Location, ".")
	if m := missingProperty.FindStringSubmatch(d.Message); m != nil {
		field = strings.TrimPrefix(field+"."+m[1], ".")
	}
	return fault.Field{Field: field, Code: codeOf(d.Message), Detail: d.Message}
}

// messages are how huma's begin, and the codes that mean the same.
var messages = []struct{ begin, code string }{
	{"expected required property", "required"},
	{"required ", "required"},
	{"unexpected property", "unknown_field"},
	{"unknown query parameter", "unknown_field"},
	{"expected value to be one of", "unknown_value"},
	{"expected number ", "out_of_range"},
	{"expected length <=", "too_long"},
	{"expected length >=", "too_short"},
	{"expected array length", "out_of_range"},
	{"expected string to ", "bad_format"},
	{"expected ", "wrong_type"},
	{"invalid ", "wrong_type"},
}

func codeOf(message string) string {
	for _, m := range messages {
		if strings.HasPrefix(message, m.begin) {
			return m.code
		}
	}
	return "invalid"
}
