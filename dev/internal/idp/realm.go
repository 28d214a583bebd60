package idp

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Person is a user of the realm.
type Person struct {
	ID        string
	Username  string
	Password  string
	FirstName string
	LastName  string
	Email     string
	Locale    string
	TenantID  string
	Roles     []string
}

// Name is the person's full name.
func (p Person) Name() string { return p.FirstName + " " + p.LastName }

// Tenant is a group of the realm.
type Tenant struct {
	ID     string
	Slug   string
	Name   string
	Locale string
}

// realm is the part of a Keycloak realm file that we use.
type realm struct {
	Realm              string       `json:"realm"`
	AccessTokenSeconds int          `json:"accessTokenLifespan"`
	SessionSeconds     int          `json:"ssoSessionMaxLifespan"`
	CodeSeconds        int          `json:"accessCodeLifespan"`
	Groups             []realmGroup `json:"groups"`
	Clients            []*client    `json:"clients"`
	Users              []realmUser  `json:"users"`
}

type realmGroup struct {
	Name       string     `json:"name"`
	Attributes attributes `json:"attributes"`
}

type realmUser struct {
	ID          string     `json:"id"`
	Username    string     `json:"username"`
	Enabled     bool       `json:"enabled"`
	FirstName   string     `json:"firstName"`
	LastName    string     `json:"lastName"`
	Email       string     `json:"email"`
	Attributes  attributes `json:"attributes"`
	RealmRoles  []string   `json:"realmRoles"`
	Credentials []struct {
		Type  string `json:"type"`
		Value string `json:"value"`
	} `json:"credentials"`
}

type attributes map[string][]string

func (a attributes) first(name string) string {
	if len(a[name]) == 0 {
		return ""
	}
	return a[name][0]
}

func parseRealm(file []byte) (realm, error) {
	var r realm
	if err := json.Unmarshal(file, &r); err != nil {
		return realm{}, fmt.Errorf("parse realm: %w", err)
	}
	for _, u := range r.Users {
		if u.ID == "" || u.Attributes.first("tenant_id") == "" {
			return realm{}, fmt.Errorf("parse realm: user %q has no id or no tenant", u.Username)
		}
	}
	return r, nil
}

func (r realm) people() []Person {
	var all []Person
	for _, u := range r.Users {
		if !u.Enabled {
			continue
		}
		p := Person{
			ID: u.ID, Username: u.Username, FirstName: u.FirstName, LastName: u.LastName, Email: u.Email,
			Locale: u.Attributes.first("locale"), TenantID: u.Attributes.first("tenant_id"), Roles: u.RealmRoles,
		}
		for _, c := range u.Credentials {
			if c.Type == "password" {
				p.Password = c.Value
			}
		}
		all = append(all, p)
	}
	return all
}

func (r realm) tenants() []Tenant {
	var all []Tenant
	for _, g := range r.Groups {
		all = append(all, Tenant{
			ID: g.Attributes.first("tenant_id"), Slug: g.Name,
			Name: g.Attributes.first("display_name"), Locale: g.Attributes.first("locale"),
		})
	}
	return all
}

// person finds somebody by username or address, as Keycloak does at login.
func (r realm) person(login string) (Person, bool) {
	people := r.people()
	i := slices.IndexFunc(people, func(p Person) bool {
		return strings.EqualFold(p.Username, login) || strings.EqualFold(p.Email, login)
	})
	if i < 0 {
		return Person{}, false
	}
	return people[i], true
}

func (r realm) personByID(id string) (Person, bool) {
	people := r.people()
	i := slices.IndexFunc(people, func(p Person) bool { return p.ID == id })
	if i < 0 {
		return Person{}, false
	}
	return people[i], true
}

func (r realm) client(id string) (*client, bool) {
	i := slices.IndexFunc(r.Clients, func(c *client) bool { return c.ClientID == id && c.Enabled })
	if i < 0 {
		return nil, false
	}
	return r.Clients[i], true
}

func (r realm) accessTokenLifetime() time.Duration {
	return time.Duration(r.AccessTokenSeconds) * time.Second
}

func (r realm) sessionLifetime() time.Duration { return time.Duration(r.SessionSeconds) * time.Second }
func (r realm) codeLifetime() time.Duration    { return time.Duration(r.CodeSeconds) * time.Second }
