package s3

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"

	"dcm.io/functions/audit-export/internal/export"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Find returns the object under key, export.ErrAbsent if there is none. If
// checksum is not empty it returns the newest revision with that SHA-256, and
// passes over what somebody has put on top of it. It believes the checksum that
// the store has computed, not the metadata, and returns errors for an object that
// is not locked or that is no bundle.
func (s *Store) Find(ctx context.Context, key, checksum string) (export.Object, error) {
	o, err := s.revision(ctx, key, nil)
	if checksum == "" || err == nil && o.SHA256 == checksum || isStoreFailure(err) {
		return o, err
	}
	// Something was put on top: a later object, or a delete marker.
	list, err := s.client.ListObjectVersions(ctx, &s3.ListObjectVersionsInput{Bucket: &s.bucket, Prefix: &key})
	if err := classify("list revisions of "+key, err); err != nil {
		return export.Object{}, err
	}
	for _, v := range list.Versions {
		if aws.ToString(v.Key) != key {
			continue
		}
		o, err := s.revision(ctx, key, v.VersionId)
		if err == nil && o.SHA256 == checksum || isStoreFailure(err) {
			return o, err
		}
	}
	return export.Object{}, fmt.Errorf("find %s with checksum %s: %w", key, checksum, export.ErrAbsent)
}

// isStoreFailure tells that the store failed, rather than that the object is
// absent or not ours.
func isStoreFailure(err error) bool {
	return err != nil && !errors.Is(err, export.ErrAbsent) && !errors.Is(err, ErrForeign) && !errors.Is(err, ErrUnlocked)
}

// revision describes one revision of an object, nil for the newest.
func (s *Store) revision(ctx context.Context, key string, version *string) (export.Object, error) {
	head, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{
		Bucket: &s.bucket, Key: &key, VersionId: version, ChecksumMode: types.ChecksumModeEnabled,
	})
	if err := classify("look at "+key, err); err != nil {
		return export.Object{}, err
	}
	o := export.Object{
		Key: key, Bytes: aws.ToInt64(head.ContentLength), Revision: aws.ToString(head.VersionId), SHA256: head.Metadata[metaSHA256],
	}
	if o.Facts, err = strconv.ParseInt(head.Metadata[metaFacts], 10, 64); err != nil {
		return export.Object{}, ErrForeign.Because(fmt.Errorf("%s says nothing of its facts: %w", key, err))
	}
	sum, err := s.checksum(ctx, o, aws.ToString(head.ChecksumSHA256))
	if err != nil {
		return export.Object{}, err
	}
	if sum != o.SHA256 {
		return export.Object{}, ErrForeign.Because(fmt.Errorf("%s has checksum %q, its metadata says %q", key, sum, o.SHA256))
	}
	lock, err := s.client.GetObjectRetention(ctx, &s3.GetObjectRetentionInput{Bucket: &s.bucket, Key: &key, VersionId: revision(o)})
	if err := classify("look at the lock of "+key, err); err != nil {
		return export.Object{}, err
	}
	if lock.Retention == nil || lock.Retention.Mode != types.ObjectLockRetentionModeCompliance || lock.Retention.RetainUntilDate == nil {
		return export.Object{}, ErrUnlocked
	}
	o.LockedUntil = lock.Retention.RetainUntilDate.UTC()
	return o, nil
}

// checksum is the store's own, in hexadecimal. A store that does not tell makes
// us read the object.
func (s *Store) checksum(ctx context.Context, o export.Object, told string) (string, error) {
	if sum, err := base64.StdEncoding.DecodeString(told); err == nil && len(sum) == sha256.Size {
		return hex.EncodeToString(sum), nil
	}
	object, err := s.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: &o.Key, VersionId: revision(o)})
	if err := classify("read "+o.Key, err); err != nil {
		return "", err
	}
	defer object.Body.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, object.Body); err != nil {
		return "", ErrUnavailable.Because(fmt.Errorf("read %s: %w", o.Key, err))
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// revision is how the store wants to be told which revision.
func revision(o export.Object) *string {
	if o.Revision == "" {
		return nil
	}
	return &o.Revision
}
