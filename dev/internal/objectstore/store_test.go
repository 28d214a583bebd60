package objectstore_test

import (
	"context"
	"io"
	"os"
	"strings"
	"testing"

	"dcm.io/dev/internal/objectstore"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

var bucket, key = aws.String("dcm-audit"), aws.String("acme/2026/11/bundle.jsonl")

func TestMain(m *testing.M) {
	objectstore.RunIfChild()
	os.Exit(m.Run())
}

func TestLockedObjectsStay(t *testing.T) {
	t.Parallel()
	_, client := start(t, t.TempDir())
	ctx := t.Context()
	first := put(t, client, "one")
	second := put(t, client, "two")
	if aws.ToString(first.VersionId) == aws.ToString(second.VersionId) {
		t.Fatal("the second write replaced the first: no versioning")
	}
	rule, err := client.GetObjectLockConfiguration(ctx, &s3.GetObjectLockConfigurationInput{Bucket: bucket})
	if err != nil {
		t.Fatal(err)
	}
	if r := rule.ObjectLockConfiguration.Rule.DefaultRetention; r.Mode != types.ObjectLockRetentionModeCompliance || *r.Days != 7 {
		t.Errorf("default retention is %s for %d days", r.Mode, *r.Days)
	}
	for name, bypass := range map[string]*bool{"Delete": nil, "DeleteWithBypass": aws.Bool(true)} {
		_, err := client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: bucket, Key: key, VersionId: first.VersionId, BypassGovernanceRetention: bypass})
		if err == nil {
			t.Errorf("%s removed a locked version", name)
		}
	}
	if got := read(t, client, first.VersionId); got != "one" {
		t.Errorf("first version reads %q", got)
	}
}

func TestObjectsSurvive(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store, client := start(t, dir)
	version := put(t, client, "one").VersionId
	steps := []struct {
		name string
		end  func() error
	}{{"Stop", store.Stop}, {"Kill", store.Kill}}
	for _, step := range steps {
		if err := step.end(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if _, err := client.ListBuckets(t.Context(), nil); err == nil {
			t.Errorf("%s: it still answers", step.name)
		}
		if err := store.Start(t.Context()); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if got := read(t, client, version); got != "one" {
			t.Errorf("%s: object reads %q", step.name, got)
		}
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	_, client = start(t, dir) // the bucket exists already
	if got := read(t, client, version); got != "one" {
		t.Errorf("next run: object reads %q", got)
	}
}

func start(t *testing.T, dir string) (*objectstore.Store, *s3.Client) {
	t.Helper()
	s, err := objectstore.Start(t.Context(), objectstore.Config{
		Dir: dir, Region: "eu-central-1", AccessKey: "dcm", SecretKey: "secretsecret", Bucket: *bucket, RetentionDays: 7,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, s3.New(s3.Options{
		Region: "eu-central-1", BaseEndpoint: aws.String(s.URL()), UsePathStyle: true, RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "dcm", SecretAccessKey: "secretsecret"}, nil
		}),
	})
}

func put(t *testing.T, client *s3.Client, body string) *s3.PutObjectOutput {
	t.Helper()
	out, err := client.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: bucket, Key: key, Body: strings.NewReader(body), ChecksumAlgorithm: types.ChecksumAlgorithmSha256,
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func read(t *testing.T, client *s3.Client, version *string) string {
	t.Helper()
	out, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: bucket, Key: key, VersionId: version})
	if err != nil {
		t.Fatal(err)
	}
	defer out.Body.Close()
	body, err := io.ReadAll(out.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
