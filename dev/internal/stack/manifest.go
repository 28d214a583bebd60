package stack

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Manifests are the Secrets that DCM's manifests refer to, and the public half of
// one, for a namespace of a cluster to develop or test on. In production they come
// from a vault.
func (s Secrets) Manifests(namespace string) (string, error) {
	all, err := json.Marshal(s)
	if err != nil {
		return "", fmt.Errorf("write the secrets: %w", err)
	}
	logins := map[string]string{"operator": s.RolePassword}
	for _, f := range append([]string{Web}, functions...) {
		logins[f] = s.RolePassword
	}
	admin := url.URL{
		Scheme: "postgres", User: url.UserPassword("postgres", s.DatabasePassword),
		Host: "parts." + namespace + ".svc.cluster.local:5432", Path: "/" + database,
	}
	secrets := map[string]map[string]string{
		"dcm-db-credentials":  logins,
		"dcm-db-admin":        {"uri": admin.String()},
		"dcm-master-key":      {"key": s.MasterKey},
		"dcm-connection-key":  {"key": s.ConnectionKey},
		"dcm-session-key":     {"key": s.SessionKey},
		"dcm-keycloak-client": {"client-id": "dcm-portal", "client-secret": s.PortalSecret},
		"dcm-smtp":            {"user": mailUser, "password": s.MailPassword},
		"dcm-object-store":    {"access-key": s.StoreKey, "secret-key": s.StoreSecret},
		"dcm-checkpoint-key":  {"key": s.CheckpointKey},
		"dcm-parts":           {"secrets.json": string(all)},
	}
	var b strings.Builder
	write := func(kind, name, field string, content map[string]string) error {
		text, err := json.Marshal(map[string]any{
			"apiVersion": "v1", "kind": kind, "metadata": map[string]string{"name": name, "namespace": namespace}, field: content,
		})
		if err != nil {
			return fmt.Errorf("write the secrets: %w", err)
		}
		b.WriteString("---\n")
		b.Write(text)
		b.WriteString("\n")
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(secrets)) {
		if err := write("Secret", name, "stringData", secrets[name]); err != nil {
			return "", err
		}
	}
	err = write("ConfigMap", "dcm-checkpoint-key", "data", map[string]string{"public": s.checkpointPublicKey()})
	return b.String(), err
}
