package archtest

import (
	"regexp"
	"strings"
	"testing"
)

// Skaffold builds the binaries that we deploy, no other, and as CI does.
func TestSkaffold(t *testing.T) {
	t.Parallel()
	artifacts := regexp.MustCompile(`(?m)^    - image: `).Split(read(t, "skaffold.yaml"), -1)[1:]
	if len(artifacts) != len(binaries) {
		t.Errorf("skaffold builds %d images, there are %d binaries", len(artifacts), len(binaries))
	}
	for _, a := range artifacts {
		image, _, _ := strings.Cut(a, "\n")
		dir, known := binaries[strings.TrimPrefix(image, "dcm-")]
		if !known {
			t.Errorf("%s is the image of no binary", image)
			continue
		}
		for _, want := range []string{"dir: " + dir + "\n", "GOWORK=off", dir + "/**", "shared/**"} {
			if !strings.Contains(a, want) {
				t.Errorf("%s lacks %q", image, strings.TrimSpace(want))
			}
		}
	}
}
