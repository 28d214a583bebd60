package s3

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// longestNote bounds what is read back: a note has a few hundred bytes.
const longestNote = 16 << 10

// Publish stores a small text under key, locked until then, unless there is one,
// and returns the one that was there first. It is durable and locked.
func (s *Store) Publish(ctx context.Context, key string, note []byte, until time.Time) ([]byte, error) {
	_, err := s.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &s.bucket, Key: &key, Body: bytes.NewReader(note), ContentType: aws.String("text/plain; charset=utf-8"),
		ChecksumAlgorithm: types.ChecksumAlgorithmSha256, IfNoneMatch: aws.String("*"),
		ObjectLockMode: types.ObjectLockModeCompliance, ObjectLockRetainUntilDate: &until,
	})
	if err := classify("publish "+key, err); err != nil && !errors.Is(err, errTaken) {
		return nil, err
	}
	first, err := s.Newest(ctx, key, "", key)
	if err == nil && first == nil {
		err = fmt.Errorf("publish %s: it is not there", key)
	}
	return first, err
}

// Newest returns the text with the greatest key that begins with prefix and is
// greater than after and, unless that is empty, not greater than upTo; nil if there
// is none. It lists revisions, and takes the oldest: what somebody has put on top, a
// mark of deletion included, changes nothing.
func (s *Store) Newest(ctx context.Context, prefix, after, upTo string) ([]byte, error) {
	in := &s3.ListObjectVersionsInput{Bucket: &s.bucket, Prefix: &prefix}
	if after != "" {
		in.KeyMarker = &after
	}
	var key, version string
	for {
		page, err := s.client.ListObjectVersions(ctx, in)
		if err := classify("list "+prefix, err); err != nil {
			return nil, err
		}
		for _, v := range page.Versions { // of a key the newest comes first
			if k := aws.ToString(v.Key); strings.HasPrefix(k, prefix) && k > after && (upTo == "" || k <= upTo) && k >= key {
				key, version = k, aws.ToString(v.VersionId)
			}
		}
		if !aws.ToBool(page.IsTruncated) {
			break
		}
		in.KeyMarker, in.VersionIdMarker = page.NextKeyMarker, page.NextVersionIdMarker
	}
	if key == "" {
		return nil, nil
	}
	object, err := s.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: &key, VersionId: &version})
	if err := classify("read "+key, err); err != nil {
		return nil, err
	}
	defer object.Body.Close()
	note, err := io.ReadAll(io.LimitReader(object.Body, longestNote))
	if err != nil {
		return nil, ErrUnavailable.Because(fmt.Errorf("read %s: %w", key, err))
	}
	return note, nil
}
