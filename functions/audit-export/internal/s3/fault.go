package s3

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"

	"dcm.io/functions/audit-export/internal/export"
	"dcm.io/shared/fault"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
)

// What can be wrong with the store. ErrUnavailable mends itself and is waited
// for. The others need an operator: they are tried a few times, then a dead
// letter says which it is.
var (
	ErrUnavailable = fault.New(fault.Transient, "store_unavailable", "The object store cannot be reached right now. What is owed is done when it can.")
	ErrDenied      = fault.New(fault.Internal, "store_denied", "The object store refuses our credentials, or what we want to do with them.")
	ErrNoBucket    = fault.New(fault.Internal, "store_no_bucket", "The object store has no such bucket.")
	ErrUnlocked    = fault.New(fault.Internal, "store_unlocked", "The object, or its bucket, has no object lock.")
	ErrForeign     = fault.New(fault.Internal, "store_foreign", "What lies in the object store under the bundle's key is not the bundle.")
)

// errTaken says that there is an object under the key already.
var errTaken = errors.New("the key is taken")

// classify gives an error of the store its kind.
func classify(attempted string, err error) error {
	if err == nil {
		return nil
	}
	wrapped := fmt.Errorf("%s: %w", attempted, err)
	var response *awshttp.ResponseError
	if !errors.As(err, &response) || response.HTTPStatusCode() == 0 {
		// Not the store's own word: it was not reached, or not in time.
		return ErrUnavailable.Because(wrapped)
	}
	var api smithy.APIError
	code := ""
	if errors.As(err, &api) {
		code = api.ErrorCode()
	}
	if known := byCode[code]; known != nil {
		return known.Because(wrapped)
	}
	if code == "InvalidRequest" && lockless.MatchString(api.ErrorMessage()) {
		return ErrUnlocked.Because(wrapped)
	}
	switch status := response.HTTPStatusCode(); {
	case status == http.StatusPreconditionFailed:
		return errors.Join(errTaken, wrapped)
	case status == http.StatusNotFound:
		return errors.Join(export.ErrAbsent, wrapped)
	case status == http.StatusForbidden, status == http.StatusUnauthorized:
		return ErrDenied.Because(wrapped)
	case status >= 500 && status != http.StatusNotImplemented, status == http.StatusTooManyRequests,
		status == http.StatusRequestTimeout, status == http.StatusConflict, status/100 == 2:
		// 409 is two conditional PUTs at once; 2xx an answer that broke off.
		return ErrUnavailable.Because(wrapped)
	}
	return wrapped
}

// lockless is the only way in which a store says that its bucket has no lock.
var lockless = regexp.MustCompile(`(?i)object ?lock`)

// byCode are the store's words that say more than their status.
var byCode = map[string]*fault.Error{
	"NoSuchBucket":                         ErrNoBucket,
	"NoSuchObjectLockConfiguration":        ErrUnlocked,
	"ObjectLockConfigurationNotFoundError": ErrUnlocked,
	"SlowDown":                             ErrUnavailable,
	"RequestTimeout":                       ErrUnavailable,
	"RequestTimeTooSkewed":                 ErrUnavailable, // until somebody sets the clock
	"BadDigest":                            ErrUnavailable, // damaged on the way
	"XAmzContentSHA256Mismatch":            ErrUnavailable,
}
