package idp

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/zitadel/oidc/v3/pkg/op"
	"golang.org/x/text/language"
)

const (
	portalClient = "dcm-portal"
	protocol     = "protocol/openid-connect/"
	drain        = 2 * time.Second
)

// Config is what Start needs.
type Config struct {
	Realm  []byte // a Keycloak realm file
	Dir    string // key, secrets and sessions are kept here
	Listen string // 127.0.0.1:0 takes a free port
	Public string // host:port that everybody else reaches us by; where we listen if empty

	// Variables fill placeholders of the realm file that are no secrets, such as
	// DCM_PORTAL_URL.
	Variables map[string]string

	Now    func() time.Time
	Logger *slog.Logger
}

// IDP is a running OpenID provider.
type IDP struct {
	cfg      Config
	realm    realm
	values   map[string]string
	key      key
	sessions *sessions
	requests *requests
	provider *op.Provider
	issuer   string
	base     string // path of the issuer
	server   *http.Server
}

// Start reads the realm and serves it.
func Start(_ context.Context, cfg Config) (*IDP, error) {
	cfg.setDefaults()
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("create the state directory: %w", err)
	}
	file, values, err := fill(cfg.Realm, cfg.Variables, cfg.Dir)
	if err != nil {
		return nil, err
	}
	s := &IDP{cfg: cfg, values: values, requests: newRequests(cfg.Now)}
	if s.realm, err = parseRealm(file); err != nil {
		return nil, err
	}
	if s.key, err = loadKey(cfg.Dir); err != nil {
		return nil, err
	}
	if s.sessions, err = openSessions(cfg.Dir, s.realm.sessionLifetime(), cfg.Now); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen for logins: %w", err)
	}
	s.base = "/realms/" + s.realm.Realm
	s.issuer = "http://" + cmp.Or(cfg.Public, l.Addr().String()) + s.base
	for _, c := range s.realm.Clients {
		c.loginPage = s.base + "/login"
	}
	if s.provider, err = s.newProvider(); err != nil {
		_ = l.Close()
		return nil, err
	}
	s.server = &http.Server{
		Handler: s.routes(), ReadHeaderTimeout: 10 * time.Second,
		ErrorLog: slog.NewLogLogger(cfg.Logger.Handler(), slog.LevelDebug),
	}
	go s.server.Serve(l) //nolint:errcheck // ends with ErrServerClosed, by Close
	return s, nil
}

func (c *Config) setDefaults() {
	if c.Listen == "" {
		c.Listen = "127.0.0.1:0"
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
}

// Issuer is the realm's address, as tokens carry it.
func (s *IDP) Issuer() string { return s.issuer }

// People are the users of the realm, with their passwords.
func (s *IDP) People() []Person { return s.realm.people() }

// Tenants are the groups of the realm.
func (s *IDP) Tenants() []Tenant { return s.realm.tenants() }

// Value is what a placeholder of the realm file was replaced by.
func (s *IDP) Value(name string) string { return s.values[name] }

// Close stops serving. Sessions stay.
func (s *IDP) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	if err := s.server.Shutdown(ctx); err != nil {
		return s.server.Close()
	}
	return nil
}

func (s *IDP) newProvider() (*op.Provider, error) {
	config := &op.Config{
		CodeMethodS256: true, AuthMethodPost: true, GrantTypeRefreshToken: true,
		SupportedUILocales:       []language.Tag{language.German, language.English},
		SupportedScopes:          []string{"openid", "profile", "email", "offline_access"},
		DefaultLogoutRedirectURI: s.base + "/signed-out",
	}
	_, _ = rand.Read(config.CryptoKey[:]) // never fails; seals codes, which do not outlive us
	provider, err := op.NewProvider(config, storage{s}, op.StaticIssuer(s.issuer),
		op.WithAllowInsecure(), op.WithLogger(s.cfg.Logger))
	if err != nil {
		return nil, fmt.Errorf("make the provider: %w", err)
	}
	return provider, nil
}

// The library's options for other paths all write to this one variable, racing
// with the providers that are served already. So it is set once, for all.
func init() {
	at := func(path string) *op.Endpoint { return op.NewEndpoint(protocol + path) }
	op.DefaultEndpoints = &op.Endpoints{
		Authorization: at("auth"), Token: at("token"), Introspection: at("token/introspect"), Userinfo: at("userinfo"),
		Revocation: at("revoke"), EndSession: at("logout"), JwksURI: at("certs"), DeviceAuthorization: at("auth/device"),
	}
}

func (s *IDP) routes() http.Handler {
	library := http.StripPrefix(s.base, s.provider)
	mux := http.NewServeMux()
	mux.Handle(s.base+"/", library)
	mux.HandleFunc("POST "+s.base+"/"+protocol+"token", s.tokenEndpoint)
	mux.Handle(s.base+"/"+protocol+"logout", s.forgetBrowser(library))
	mux.HandleFunc("GET "+s.base+"/login", s.loginPage)
	mux.HandleFunc("POST "+s.base+"/login", s.login)
	mux.HandleFunc("GET "+s.base+"/signed-out", s.signedOut)
	mux.HandleFunc("GET "+s.base+"/login.css", s.style)
	return mux
}
