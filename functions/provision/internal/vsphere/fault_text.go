package vsphere

import (
	"reflect"

	"github.com/vmware/govmomi/fault"
	"github.com/vmware/govmomi/vim25/types"
)

// kind is the name vSphere gives to a fault.
func kind(f types.BaseMethodFault) string {
	return reflect.TypeOf(f).Elem().Name()
}

// text is vCenter's own explanation where it gave one, else the name of the
// fault. It is shown to people, so it never holds our own wrapping.
func text(err error) string {
	explanation := err.Error()
	fault.In(err, func(f types.BaseMethodFault, message string, _ []types.LocalizableMessage) bool {
		explanation = kind(f)
		if message != "" && message != "*types."+explanation {
			explanation = message
		}
		if f, ok := f.(*types.InvalidArgument); ok {
			explanation += " (" + f.InvalidProperty + ")"
		}
		return true
	})
	return explanation
}

func insufficient(f types.BaseMethodFault) string {
	switch kind(f) {
	case "InsufficientCpuResourcesFault":
		return "there is not enough processor capacity left"
	case "InsufficientMemoryResourcesFault":
		return "there is not enough memory left"
	case "InsufficientStorageSpace":
		return "there is not enough disk space left"
	}
	return "there is not enough capacity left (" + kind(f) + ")"
}
