package s3

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// A Config says where bundles are kept.
type Config struct {
	Endpoint string `env:"S3_ENDPOINT"` // empty for AWS
	// PublicEndpoint is how people reach the store, if not by Endpoint. Links
	// point there.
	PublicEndpoint string `env:"S3_PUBLIC_ENDPOINT"`
	Region         string `env:"S3_REGION, default=eu-central-1"`
	Bucket         string `env:"S3_BUCKET, required"`
	AccessKey      string `env:"S3_ACCESS_KEY, required"`
	SecretKey      string `env:"S3_SECRET_KEY, required"`
	PathStyle      bool   `env:"S3_PATH_STYLE, default=true"`
}

// A Store keeps bundles in a bucket. It is safe for concurrent use.
type Store struct {
	client *s3.Client
	links  *s3.PresignClient
	bucket string
}

// Bounds of waiting. Retries are few and quick: work that fails for now is owed,
// and taken up again.
const (
	attempts       = 2
	longestBackoff = time.Second
	headerTimeout  = 15 * time.Second // for the answer to begin, once all is sent
)

// Open makes a store. It does not talk to it yet.
func Open(c Config) (*Store, error) {
	if c.Bucket == "" || c.AccessKey == "" || c.SecretKey == "" {
		return nil, errors.New("no object store: set S3_BUCKET, S3_ACCESS_KEY and S3_SECRET_KEY")
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.ResponseHeaderTimeout = headerTimeout
	options := s3.Options{
		Region:       c.Region,
		BaseEndpoint: endpoint(c.Endpoint),
		UsePathStyle: c.PathStyle,
		Credentials:  keys(c.AccessKey, c.SecretKey),
		HTTPClient:   &http.Client{Transport: transport},
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts, o.MaxBackoff = attempts, longestBackoff
		}),
	}
	public := options
	if c.PublicEndpoint != "" {
		public.BaseEndpoint = endpoint(c.PublicEndpoint)
	}
	return &Store{client: s3.New(options), links: s3.NewPresignClient(s3.New(public)), bucket: c.Bucket}, nil
}

func endpoint(url string) *string {
	if url == "" {
		return nil
	}
	return aws.String(url)
}

// keys are credentials that never change; the SDK's own package for them would
// be a module more.
func keys(access, secret string) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: access, SecretAccessKey: secret, Source: "environment"}, nil
	})
}
