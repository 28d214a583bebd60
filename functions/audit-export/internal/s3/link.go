package s3

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"time"

	"dcm.io/functions/audit-export/internal/export"
	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Link makes a link to exactly this revision of o that whoever has it can use
// until ttl after at. Same arguments, same link: it talks to nobody.
func (s *Store) Link(ctx context.Context, o export.Object, at time.Time, ttl time.Duration) (string, error) {
	r, err := s.links.PresignGetObject(ctx, &s3.GetObjectInput{
		Bucket: &s.bucket, Key: &o.Key, VersionId: revision(o),
		ResponseContentDisposition: aws.String(fmt.Sprintf(`attachment; filename="dcm-audit-%s"`, path.Base(o.Key))),
		ResponseContentType:        aws.String("application/zip"),
	}, s3.WithPresignExpires(ttl), func(p *s3.PresignOptions) { p.Presigner = signedAt{p.Presigner, at} })
	if err != nil {
		return "", fmt.Errorf("sign a link to %s: %w", o.Key, err)
	}
	return r.URL, nil
}

// signedAt signs as of a moment, not of now.
type signedAt struct {
	s3.HTTPPresignerV4
	at time.Time
}

func (s signedAt) PresignHTTP(ctx context.Context, c aws.Credentials, r *http.Request, hash, service, region string, _ time.Time, opts ...func(*v4.SignerOptions)) (string, http.Header, error) {
	return s.HTTPPresignerV4.PresignHTTP(ctx, c, r, hash, service, region, s.at, opts...)
}
