package vsphere

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"

	"github.com/vmware/govmomi/fault"
	"github.com/vmware/govmomi/vim25/types"

	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/placement"
)

var errUnexplained = errors.New("vCenter gave no reason")

// classify turns whatever went wrong into a fault that can be acted on. What
// vCenter refuses for a reason not listed here is permanent: repeating it for an
// hour would only hide the reason.
func classify(what string, err error) error {
	if err == nil {
		return nil
	}
	wrapped := fmt.Errorf("%s: %w", what, err)
	var known *hypervisor.Error
	if errors.As(err, &known) {
		return &hypervisor.Error{Fault: known.Fault, Err: wrapped}
	}
	if f, ok := transport(err); ok {
		return &hypervisor.Error{Fault: f, Err: wrapped}
	}
	var found *placement.Fault
	fault.In(err, func(f types.BaseMethodFault, _ string, _ []types.LocalizableMessage) bool {
		if c, ok := refusal(f); ok {
			found = &c
		}
		return found != nil
	})
	if found == nil {
		found = &placement.Fault{Code: placement.Refused, Detail: "vCenter refused: " + text(err)}
	}
	return &hypervisor.Error{Fault: *found, Err: wrapped}
}

// transport knows what happens before vCenter has looked at a call.
func transport(err error) (placement.Fault, bool) {
	var (
		unverified *tls.CertificateVerificationError
		authority  x509.UnknownAuthorityError
		network    net.Error
		broken     *url.Error
	)
	switch {
	case errors.Is(err, errThumbprint), errors.As(err, &unverified), errors.As(err, &authority):
		return placement.Fault{Code: placement.CertificateUntrusted, Detail: "the certificate of vCenter is not the trusted one"}, true
	case errors.Is(err, context.Canceled):
		return placement.Fault{Code: placement.Interrupted, Detail: "interrupted", Transient: true}, true
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network), errors.As(err, &broken), isBroken(err):
		return placement.Fault{Code: placement.Unreachable, Detail: "vCenter does not answer", Transient: true}, true
	case errors.Is(err, errUnexplained):
		return placement.Fault{Code: placement.Internal, Detail: err.Error(), Transient: true}, true
	}
	return placement.Fault{}, false
}

func isBroken(err error) bool {
	broken, _ := brokenConnection(err)
	return broken
}

// refusal knows the faults of vCenter that somebody acts on. The order matters:
// vSphere's faults inherit from each other, NotAuthenticated from NoPermission.
func refusal(f types.BaseMethodFault) (placement.Fault, bool) {
	permanent := func(code placement.Code, format string, args ...any) (placement.Fault, bool) {
		return placement.Fault{Code: code, Detail: fmt.Sprintf(format, args...)}, true
	}
	transient := func(code placement.Code, detail string) (placement.Fault, bool) {
		return placement.Fault{Code: code, Detail: detail, Transient: true}, true
	}
	switch typed := f.(type) {
	case *types.NotAuthenticated:
		return transient(placement.Session, "vCenter has ended the session")
	case *types.InvalidLogin, *types.NoClientCertificate:
		return permanent(placement.CredentialsRefused, "vCenter does not accept user and password")
	case types.BaseNoPermission:
		return permanent(placement.NoPermission, "the account lacks the privilege %s", typed.GetNoPermission().PrivilegeId)
	case types.BaseInsufficientResourcesFault:
		return permanent(placement.InsufficientResources, "%s", insufficient(f))
	case *types.NoDiskSpace:
		return permanent(placement.InsufficientResources, "the datastore %s is full", typed.Datastore)
	case *types.InvalidName:
		return permanent(placement.InvalidName, "vSphere does not accept the name %s", typed.Name)
	case *types.CustomizationPending:
		return transient(placement.Busy, "the guest is being customized already")
	case types.BaseCustomizationFault:
		return permanent(placement.CustomizationFailed, "the guest cannot be customized (%s)", kind(f))
	case *types.DuplicateName:
		return transient(placement.Busy, "the name "+typed.Name+" was taken at this moment")
	case *types.ManagedObjectNotFound:
		return transient(placement.Busy, "something was removed at this moment")
	case *types.TaskInProgress, *types.ConcurrentAccess, *types.ResourceInUse, *types.FileLocked:
		return transient(placement.Busy, "vCenter is busy with the same object")
	case *types.RequestCanceled:
		return transient(placement.Busy, "somebody cancelled the task")
	case types.BaseInvalidState:
		return transient(placement.Busy, "the object is not in a state for this ("+kind(f)+")")
	case types.BaseHostCommunication, *types.HostConnectFault, *types.Timedout:
		return transient(placement.Unreachable, "the host does not answer")
	case *types.SystemErrorFault:
		return transient(placement.Unreachable, "vCenter had an error of its own")
	}
	return placement.Fault{}, false
}
