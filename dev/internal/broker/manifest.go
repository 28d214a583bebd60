package broker

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	yamlreader "k8s.io/apimachinery/pkg/util/yaml"
	eventingv1 "knative.dev/eventing/pkg/apis/eventing/v1"
	"knative.dev/pkg/apis"
	"sigs.k8s.io/yaml"
)

// manifest is a Broker with its Triggers, as their author wrote them.
type manifest struct {
	broker   *eventingv1.Broker
	triggers []*eventingv1.Trigger
}

// object is what every Knative kind can do.
type object interface {
	apis.Defaultable
	apis.Validatable
	GetName() string
}

// parse decodes strictly: a field that Knative does not know is an error, as it
// would be at a cluster's door.
func parse(ctx context.Context, documents []byte) (manifest, error) {
	var m manifest
	reader := yamlreader.NewYAMLReader(bufio.NewReader(bytes.NewReader(documents)))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return m, m.check()
		}
		if err != nil {
			return manifest{}, fmt.Errorf("read manifests: %w", err)
		}
		if err := m.add(ctx, document); err != nil {
			return manifest{}, err
		}
	}
}

func (m *manifest) add(ctx context.Context, document []byte) error {
	var kind struct{ APIVersion, Kind string }
	if err := yaml.Unmarshal(document, &kind); err != nil {
		return fmt.Errorf("read manifests: %w", err)
	}
	switch schema.FromAPIVersionAndKind(kind.APIVersion, kind.Kind) {
	case eventingv1.SchemeGroupVersion.WithKind("Broker"):
		if m.broker != nil {
			return fmt.Errorf("a second broker after %q: run one for each", m.broker.Name)
		}
		m.broker = &eventingv1.Broker{}
		return decode(ctx, document, m.broker)
	case eventingv1.SchemeGroupVersion.WithKind("Trigger"):
		t := &eventingv1.Trigger{}
		if err := decode(ctx, document, t); err != nil {
			return err
		}
		t.UID = types.UID(t.Name) // a cluster would give a random one
		m.triggers = append(m.triggers, t)
	}
	return nil
}

func decode(ctx context.Context, document []byte, into object) error {
	if err := yaml.UnmarshalStrict(document, into); err != nil {
		return fmt.Errorf("decode %T: %w", into, err)
	}
	into.SetDefaults(ctx)
	if err := into.Validate(ctx).Filter(apis.ErrorLevel); err != nil {
		return fmt.Errorf("validate %T %q: %w", into, into.GetName(), err)
	}
	return nil
}

func (m *manifest) check() error {
	if m.broker == nil {
		return errors.New("the manifests hold no Broker")
	}
	for _, t := range m.triggers {
		if t.Spec.Broker != m.broker.Name || t.Namespace != m.broker.Namespace {
			return fmt.Errorf("trigger %s/%s belongs to broker %q, not to %s/%s",
				t.Namespace, t.Name, t.Spec.Broker, m.broker.Namespace, m.broker.Name)
		}
	}
	return nil
}
