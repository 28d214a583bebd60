// Package manifest renders what is applied to a cluster, with kustomize's own
// library, and reads it strictly: a field that its type does not know is an
// error, not something that the cluster drops in silence.
package manifest

import (
	stdjson "encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"sigs.k8s.io/json"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// An Object is one rendered document.
type Object struct {
	APIVersion, Kind, Namespace, Name string
	// Fields is the document as it is, without a type.
	Fields map[string]any
}

// Type is how the document names its type, e.g. "batch/v1 Job".
func (o Object) Type() string { return o.APIVersion + " " + o.Kind }

func (o Object) String() string { return o.Kind + " " + o.Namespace + "/" + o.Name }

// Render builds a directory as `kubectl apply -k` would.
func Render(dir string) ([]Object, error) {
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		return nil, fmt.Errorf("render %s: %w", dir, err)
	}
	var all []Object
	for _, r := range built.Resources() {
		text, err := r.MarshalJSON()
		if err != nil {
			return nil, fmt.Errorf("render %s: %w", r.CurId(), err)
		}
		o := Object{APIVersion: r.GetApiVersion(), Kind: r.GetKind(), Namespace: r.GetNamespace(), Name: r.GetName()}
		if err := json.UnmarshalCaseSensitivePreserveInts(text, &o.Fields); err != nil {
			return nil, fmt.Errorf("read %s: %w", o, err)
		}
		all = append(all, o)
	}
	return all, nil
}

// Directories are those below root that can be rendered: base and every overlay.
func Directories(root string) ([]string, error) {
	overlays, err := filepath.Glob(filepath.Join(root, "overlays", "*", "kustomization.yaml"))
	if err != nil {
		return nil, fmt.Errorf("find overlays: %w", err)
	}
	dirs := []string{filepath.Join(root, "base")}
	for _, o := range overlays {
		dirs = append(dirs, filepath.Dir(o))
	}
	slices.Sort(dirs)
	return dirs, nil
}

// Decode reads the document into its type. What the type does not know, or
// knows in another spelling, is an error.
func (o Object) Decode(into any) error {
	text, err := stdjson.Marshal(o.Fields)
	if err != nil {
		return fmt.Errorf("write %s: %w", o, err)
	}
	unknown, err := json.UnmarshalStrict(text, into)
	if err := errors.Join(append(unknown, err)...); err != nil {
		return fmt.Errorf("%s: %w", o, err)
	}
	return nil
}
