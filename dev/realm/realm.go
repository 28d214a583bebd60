// Package realm holds the demo realm: a file that Keycloak imports and that the
// local issuer reads. Its secrets are names, filled in when it is used.
package realm

import _ "embed" // for File

// File is the realm, in Keycloak's format.
//
//go:embed dcm-realm.json
var File []byte
