// Command dcmctl is what the owner of an installation does by hand or from a
// deployment: widen the database, register tenants, look after dead letters, the
// read model and the log's history.
//
//	dcmctl migrate
//	dcmctl tenant add -id UUID -slug acme -name "Acme GmbH" -locale de
//	dcmctl dead list [-function NAME] [-tenant UUID]
//	dcmctl dead replay [-function NAME] [-tenant UUID] [-fact UUID] | -all
//	dcmctl readmodel check [-tenant UUID]
//	dcmctl readmodel rebuild [-tenant UUID]
//	dcmctl log replay -function NAME -from TIME [-to TIME] [-type TYPE] [-tenant UUID]
//	dcmctl log key -name dcm.example.com
//	dcmctl log epoch
//	dcmctl log epoch accept -by NAME -reason TEXT
//	dcmctl masterkey new
//	dcmctl masterkey rewrap
//	dcmctl person erased
//	dcmctl person erase-again [-list FILE]
//
// log replay makes a function owe facts of the log again. It records nothing new
// where it has acted, and makes up for what it has missed. That, and each replay
// of a dead letter, is a fact of the tenant's log.
//
// The readmodel commands fold the log again while others read and write: check
// names each row that is not what the log says, and exits with 1 if there is one;
// rebuild puts the result in the read model's place. They need the database
// itself, not a transaction pooler.
//
// DATABASE_URL names a superuser for migrate. The others need no more than the
// role dcm_operator, and DB_HOST, DB_PORT and DB_NAME will do: they log in as it,
// unless DATABASE_URL names it already. The roles' passwords are files of
// DCM_ROLE_PASSWORD_DIR, named for the functions (submit, audit-export, operator
// and so on), or one for all, DCM_ROLE_PASSWORD. Everything may be repeated.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/function"
	"dcm.io/shared/vault"
)

type config struct {
	Database     string `env:"DATABASE_URL"`
	Parts        pglog.Config
	Vault        vault.Config // for masterkey rewrap
	RolePassword string       `env:"DCM_ROLE_PASSWORD"`     // of all login roles
	PasswordDir  string       `env:"DCM_ROLE_PASSWORD_DIR"` // a file for each role, as a Secret is mounted
}

func main() {
	function.Main("dcmctl", func(ctx context.Context, cfg config) error { return run(ctx, cfg, os.Args[1:], os.Stdout) })
}

// A command carries out what the arguments say and writes what it did to out.
type command func(ctx context.Context, cfg config, args []string, out io.Writer) error

var commands = map[string]command{
	"migrate":     migrateUp,
	"tenant add":  addTenant,
	"dead list":   listDead,
	"dead replay": replayDead,

	"readmodel check":   checkReadModel,
	"readmodel rebuild": rebuildReadModel,

	"log replay":       replayLog,
	"log key":          drawKey,
	"log epoch":        listMoved,
	"log epoch accept": acceptMove,

	"masterkey new":    drawMasterKey,
	"masterkey rewrap": rewrapKeys,

	"person erased":      listErased,
	"person erase-again": eraseAgain,
}

// offline are the commands that need no database.
var offline = []string{"log key", "masterkey new"}

var errUsage = errors.New("use one of: dcmctl migrate, tenant add, dead list, dead replay, readmodel check, readmodel rebuild, log replay, log key, log epoch, log epoch accept, masterkey new, masterkey rewrap, person erased, person erase-again; -h after it lists its flags")

func run(ctx context.Context, cfg config, args []string, out io.Writer) error {
	for words := min(3, len(args)); words > 0; words-- {
		name := strings.Join(args[:words], " ")
		if c := commands[name]; c != nil {
			if cfg.Database == "" && cfg.Parts.Host == "" && !slices.Contains(offline, name) {
				return errors.New("no database: set DATABASE_URL, or DB_HOST for all but migrate")
			}
			if err := c(ctx, cfg, args[words:], out); err != nil && !errors.Is(err, flag.ErrHelp) {
				return fmt.Errorf("%s: %w", name, err)
			}
			return nil
		}
	}
	return errUsage
}
