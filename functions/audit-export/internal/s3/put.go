package s3

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"

	"dcm.io/functions/audit-export/internal/export"
	"dcm.io/shared/fault"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Names of an object's metadata. The store keeps them with the object, under
// the same lock.
const (
	metaSHA256 = "sha256"
	metaFacts  = "facts"
)

// largest is what one PUT can carry.
const largest = 5 << 30

// ErrTooLarge says that a bundle is larger than one PUT can carry.
var ErrTooLarge = fault.New(fault.Invalid, "bundle_too_large", "The bundle is larger than 5 GiB. Please choose a shorter period.")

// Put stores content as o, locked until o.LockedUntil, unless there is an object
// under o.Key already, and returns what is there then, as Find does. What it
// returned without error is complete, durable and locked; otherwise there is
// nothing under the key, or a complete object that the next Put returns. Content
// is read from its beginning, perhaps more than once.
func (s *Store) Put(ctx context.Context, o export.Object, content io.ReadSeeker) (export.Object, error) {
	if o.Bytes > largest {
		return export.Object{}, ErrTooLarge
	}
	sum, err := hex.DecodeString(o.SHA256)
	if err != nil {
		return export.Object{}, fmt.Errorf("read checksum of %s: %w", o.Key, err)
	}
	if _, err := content.Seek(0, io.SeekStart); err != nil {
		return export.Object{}, fmt.Errorf("rewind %s: %w", o.Key, err)
	}
	_, err = s.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &s.bucket, Key: &o.Key, Body: content, ContentLength: &o.Bytes,
		ContentType:               aws.String("application/zip"),
		ChecksumAlgorithm:         types.ChecksumAlgorithmSha256,
		ChecksumSHA256:            aws.String(base64.StdEncoding.EncodeToString(sum)),
		IfNoneMatch:               aws.String("*"),
		ObjectLockMode:            types.ObjectLockModeCompliance,
		ObjectLockRetainUntilDate: &o.LockedUntil,
		Metadata:                  map[string]string{metaSHA256: o.SHA256, metaFacts: strconv.FormatInt(o.Facts, 10)},
	})
	if err := classify("store "+o.Key, err); err != nil && !errors.Is(err, errTaken) {
		return export.Object{}, err
	}
	return s.Find(ctx, o.Key, "")
}
