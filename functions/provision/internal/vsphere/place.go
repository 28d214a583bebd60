package vsphere

import (
	"context"
	"fmt"
	"net/url"
	"path"

	"github.com/vmware/govmomi/fault"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/types"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
)

// lookup finds an object by its inventory path, in which the characters % / \ of
// names are escaped as vSphere stores them. It does not use govmomi's finder,
// which would take brackets and stars in a name for a pattern.
func (l *login) lookup(ctx context.Context, at string) (object.Reference, error) {
	ref, err := object.NewSearchIndex(l.read).FindByInventoryPath(ctx, at)
	if err != nil {
		return nil, fmt.Errorf("look up %s: %w", at, err)
	}
	return ref, nil
}

// require is lookup for something of type T that must exist.
func require[T object.Reference](ctx context.Context, l *login, at string, missing placement.Code, what string) (T, error) {
	var none T
	ref, err := l.lookup(ctx, at)
	if err != nil {
		return none, err
	}
	found, ok := ref.(T)
	if !ok {
		return none, hypervisor.Permanent(missing, fmt.Sprintf("%s %s does not exist", what, at), nil)
	}
	return found, nil
}

// folder finds the tenant's folder and creates it, and what is missing above it,
// at the first machine.
func (l *login) folder(ctx context.Context, at string) (*object.Folder, error) {
	ref, err := l.lookup(ctx, at)
	if err != nil {
		return nil, err
	}
	if folder, ok := ref.(*object.Folder); ok {
		return folder, nil
	}
	if ref != nil || path.Dir(at) == "/" || path.Dir(at) == "." {
		return nil, hypervisor.Permanent(placement.FolderMissing, fmt.Sprintf("folder %s does not exist and cannot be created", at), nil)
	}
	parent, err := l.folder(ctx, path.Dir(at))
	if err != nil {
		return nil, err
	}
	name, err := url.PathUnescape(path.Base(at)) // vCenter escapes it again
	if err != nil {
		return nil, hypervisor.Permanent(placement.FolderMissing, fmt.Sprintf("folder %s is escaped wrongly", at), err)
	}
	folder, err := object.NewFolder(l.write, parent.Reference()).CreateFolder(ctx, name)
	if fault.Is(err, &types.DuplicateName{}) { // somebody was faster
		return require[*object.Folder](ctx, l, at, placement.FolderMissing, "folder")
	}
	if err != nil {
		return nil, fmt.Errorf("create folder %s: %w", at, err)
	}
	return folder, nil
}
