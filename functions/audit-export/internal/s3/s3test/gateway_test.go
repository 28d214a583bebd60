package s3test

import (
	"context"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"dcm.io/functions/audit-export/internal/s3"
	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
)

const (
	region = "eu-central-1"
	access = "dcm-audit"
	secret = "not-a-secret"
	locked = "audit" // the bucket with object lock
	open   = "loose" // the one without
)

// A gateway is an object store that can be stopped and started again. There can be
// only one in a process: no test here is parallel.
type gateway struct {
	tb      testing.TB
	dir     string
	address string
	stop    func()
}

func newGateway(tb testing.TB) *gateway {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	g := &gateway{tb: tb, dir: tb.TempDir(), address: l.Addr().String()}
	if err := l.Close(); err != nil {
		tb.Fatal(err)
	}
	for _, d := range []string{"data", "versions", "meta", "iam"} {
		if err := os.MkdirAll(filepath.Join(g.dir, d), 0o755); err != nil {
			tb.Fatal(err)
		}
	}
	g.start()
	tb.Cleanup(func() { g.stop() })
	ctx := context.Background() // once, before the test's own
	for bucket, lock := range map[string]bool{locked: true, open: false} {
		_, err := g.raw().CreateBucket(ctx, &awss3.CreateBucketInput{
			Bucket: aws.String(bucket), ObjectLockEnabledForBucket: aws.Bool(lock),
			CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: region},
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
	return g
}

// start serves until stop. Metadata lies beside the data, so that no file system
// needs to know extended attributes.
func (g *gateway) start() {
	g.tb.Helper()
	side, err := meta.NewSideCar(filepath.Join(g.dir, "meta"))
	if err != nil {
		g.tb.Fatal(err)
	}
	back, err := posix.New(filepath.Join(g.dir, "data"), side, posix.PosixOpts{
		VersioningDir: filepath.Join(g.dir, "versions"), SideCarDir: filepath.Join(g.dir, "meta"), Concurrency: 16,
	})
	if err != nil {
		g.tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- embedgw.RunVersityGW(ctx, back, &embedgw.Config{
			RootUserAccess: access, RootUserSecret: secret, Region: region, Ports: []string{g.address},
			MaxConnections: 100, MaxRequests: 100, MultipartMaxParts: 100, Quiet: true, HealthPath: "/healthz",
			IAMDir: filepath.Join(g.dir, "iam"),
		})
	}()
	g.stop = func() { cancel(); _ = <-done; g.stop = func() {} }
	for range 200 {
		if r, err := http.Get("http://" + g.address + "/healthz"); err == nil {
			_ = r.Body.Close()
			return
		}
		select {
		case err := <-done:
			g.tb.Fatalf("the object store ended: %v", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
	g.tb.Fatal("the object store does not come up")
}

// raw is an attacker's or an operator's client: it can do everything.
func (g *gateway) raw() *awss3.Client {
	return awss3.New(awss3.Options{
		Region: region, BaseEndpoint: aws.String("http://" + g.address), UsePathStyle: true, RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: access, SecretAccessKey: secret}, nil
		}),
	})
}

func (g *gateway) config() s3.Config {
	return s3.Config{Endpoint: "http://" + g.address, Region: region, Bucket: locked, AccessKey: access, SecretKey: secret, PathStyle: true}
}

func (g *gateway) store(change func(*s3.Config)) *s3.Store {
	g.tb.Helper()
	c := g.config()
	if change != nil {
		change(&c)
	}
	s, err := s3.Open(c)
	if err != nil {
		g.tb.Fatal(err)
	}
	return s
}
