package stack_test

import (
	"os"
	"regexp"
	"strconv"
	"testing"

	"dcm.io/dev/internal/stack"
)

// TestPartPorts: the manifest of the parts' Pod opens the ports that they take.
func TestPartPorts(t *testing.T) {
	t.Parallel()
	manifest, err := os.ReadFile("../../../deploy/overlays/dev/parts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for field, pattern := range map[string]string{"of the Pod": `name: (\w+), containerPort: (\d+)`, "of the Service": `name: (\w+), port: (\d+)`} {
		ports := stack.Ports{}
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(manifest), -1) {
			ports[m[1]], _ = strconv.Atoi(m[2]) // digits
		}
		for name, port := range stack.PartPorts {
			if ports[name] != port {
				t.Errorf("port %s %s is %d, and the part listens at %d", name, field, ports[name], port)
			}
		}
		if len(ports) != len(stack.PartPorts)+1 { // and the door
			t.Errorf("ports %s are %v", field, ports)
		}
	}
}
