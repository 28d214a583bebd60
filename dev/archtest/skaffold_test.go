package archtest

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"sigs.k8s.io/yaml"
)

// Skaffold's own description of its files, from the release that we use.
const (
	skaffoldModule = "github.com/GoogleContainerTools/skaffold/v2@v2.16.1"
	skaffoldSchema = "docs-v2/content/en/schemas/v4beta13.json"
)

// TestSkaffoldSchema: skaffold.yaml is what Skaffold says such a file is. A typo
// fails.
func TestSkaffoldSchema(t *testing.T) {
	t.Parallel()
	schema := skaffoldsOwn(t)
	for name, tc := range map[string]struct {
		change func(string) string
		valid  bool
	}{
		"Ours": {func(s string) string { return s }, true},
		"Typo": {func(s string) string { return strings.Replace(s, "buildCommand:", "buildComand:", 1) }, false},
	} {
		var file any
		if err := yaml.Unmarshal([]byte(tc.change(read(t, "skaffold.yaml"))), &file); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(file); (err == nil) != tc.valid {
			t.Errorf("%s: valid %t: %v", name, err == nil, err)
		}
	}
}

// skaffoldsOwn fetches the schema as the Go module that it is part of.
func skaffoldsOwn(t *testing.T) *jsonschema.Schema {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "mod", "download", "-json", skaffoldModule).Output()
	if err != nil {
		t.Fatalf("fetch Skaffold's schema: %v\n%s", err, out)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(filepath.Join(module.Dir, skaffoldSchema))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	document, err := jsonschema.UnmarshalJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("skaffold.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("skaffold.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// besides are the images that a cluster to develop on needs and no release has, or
// that are no function's.
var besides = map[string]string{"dcmctl": "shared", "parts": "dev"}

// Skaffold builds the binaries that we deploy, and as CI does.
func TestSkaffold(t *testing.T) {
	t.Parallel()
	artifacts := regexp.MustCompile(`(?m)^    - image: `).Split(read(t, "skaffold.yaml"), -1)[1:]
	if len(artifacts) != len(binaries)+len(besides) {
		t.Errorf("skaffold builds %d images, there are %d binaries and %d besides", len(artifacts), len(binaries), len(besides))
	}
	for _, a := range artifacts {
		image, _, _ := strings.Cut(a, "\n")
		name := strings.TrimPrefix(image, "dcm-")
		dir := binaries[name]
		if dir == "" {
			dir = besides[name]
		}
		if dir == "" {
			t.Errorf("%s is the image of no binary", image)
		}
		for _, want := range []string{"IMAGES=" + name + "\n", dir + "/", "shared/**"} {
			if !strings.Contains(a, want) {
				t.Errorf("%s lacks %q", image, strings.TrimSpace(want))
			}
		}
	}
}
