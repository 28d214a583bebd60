package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"testing"

	"dcm.io/functions/provision/internal/secret"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/pgtest"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

// TestStore: on PostgreSQL, with the rights that provision has.
func TestStore(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	log := db.Log(t, event.Provision)
	box, err := secret.New(base64.StdEncoding.EncodeToString(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	s := &store{log: log, box: box, connections: readmodel.Connections{Log: log}}
	rival := uuid.New()

	if _, err := s.Credentials(t.Context(), tenant, connection); !errors.Is(err, readmodel.ErrNotFound) {
		t.Errorf("before anything was kept: %v", err)
	}
	if _, err := s.Get(t.Context(), tenant, connection); !errors.Is(err, readmodel.ErrNotFound) {
		t.Errorf("before anything was configured: %v", err)
	}
	for _, password := range []string{"first", "second"} {
		want := secret.Credentials{User: "dcm", Password: password}
		if err := s.Keep(t.Context(), tenant, connection, want); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Credentials(t.Context(), tenant, connection); err != nil || got != want {
			t.Errorf("want %+v, got %+v, %v", want, got, err)
		}
	}
	if _, err := s.Credentials(t.Context(), rival, connection); !errors.Is(err, readmodel.ErrNotFound) {
		t.Errorf("another tenant asks: %v", err)
	}

	var sealed []byte
	if err := db.Connect(t, db.Admin).QueryRow(t.Context(), `select box from dcm.connection_secrets`).Scan(&sealed); err != nil || bytes.Contains(sealed, []byte("second")) {
		t.Errorf("want one sealed row, got %q, %v", sealed, err)
	}
	for _, f := range []event.Function{event.Submit, event.Approve, event.Notify, event.AuditExport, event.Web} {
		if _, err := db.Connect(t, db.URL(pgtest.Role(f))).Exec(t.Context(), `select box from dcm.connection_secrets`); err == nil {
			t.Errorf("%s may read credentials", f)
		}
	}

	c := event.ConnectionConfigured{Kind: "vsphere", Name: "main", Folder: "/dc/vm", Templates: []event.Template{{Key: "linux"}}}
	_, err = log.Append(t.Context(), eventlog.Record{
		Key: eventlog.Key{Tenant: tenant, Stream: connection}, Facts: []event.Fact{c},
		Cause: eventlog.Cause{ID: "c1", By: event.Provision, Actor: event.By(event.Provision)},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.Get(t.Context(), tenant, connection); err != nil || got.Folder != "/dc/vm" || got.Templates[0].Key != "linux" {
		t.Errorf("got %+v, %v", got, err)
	}
}
