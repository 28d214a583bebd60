package main

import (
	"bytes"
	"embed"
	"fmt"
	"strings"
	"text/template"

	"dcm.io/shared/event"
)

//go:embed templates/*.tmpl
var templateFiles embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"join":   func(fs []event.Function) string { return joinFunctions(fs, ", ") },
	"source": source,
}).ParseFS(templateFiles, "templates/*.tmpl"))

// fill executes a template.
func fill(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, data); err != nil {
		return nil, fmt.Errorf("fill %s: %w", name, err)
	}
	return b.Bytes(), nil
}

func joinFunctions(fs []event.Function, sep string) string {
	names := make([]string, len(fs))
	for i, f := range fs {
		names[i] = string(f)
	}
	return strings.Join(names, sep)
}

// source is the CloudEvents source of what f records.
func source(f event.Function) string {
	if f == event.Anyone {
		return "/functions/{function}"
	}
	return "/functions/" + string(f)
}
