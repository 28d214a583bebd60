package peer

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Modules is where make installs message-db, from the root of the repository.
const Modules = "dev/internal/bench/peer/node_modules"

// messageDBFiles are what message-db's own installer runs, in its order, without
// the login, its grants and the views for people.
var messageDBFiles = []string{
	"schema/message-store", "extensions/pgcrypto", "tables/messages", "types/message",
	"functions/message-store-version", "functions/hash-64", "functions/acquire-lock", "functions/category", "functions/is-category",
	"functions/id", "functions/cardinal-id", "functions/stream-version", "functions/write-message", "functions/get-stream-messages",
	"functions/get-category-messages", "functions/get-last-stream-message",
	"indexes/messages-id", "indexes/messages-stream", "indexes/messages-category",
}

// A MessageDB writes messages. It is safe for concurrent use.
type MessageDB struct{ pool *pgxpool.Pool }

// A Message is written with what it was caused by, as metadata.
type Message struct {
	Type           string
	Data, Metadata json.RawMessage
}

// OpenMessageDB installs message-db, from the directory of its npm package's
// node_modules, into a schema of its own and connects to it.
func OpenMessageDB(ctx context.Context, address, modules string, conns int) (*MessageDB, error) {
	pool, err := Pool(ctx, address, conns, map[string]string{
		"search_path":         "message_store,public", // its functions call one another without naming the schema
		"client_min_messages": "warning",
	})
	if err != nil {
		return nil, err
	}
	if err := installMessageDB(ctx, pool, filepath.Join(modules, "@eventide", "message-db", "database")); err != nil {
		pool.Close()
		return nil, err
	}
	return &MessageDB{pool}, nil
}

func installMessageDB(ctx context.Context, pool *pgxpool.Pool, dir string) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("install message-db: %w", err)
	}
	defer conn.Release()
	for _, name := range messageDBFiles {
		sql, err := os.ReadFile(filepath.Join(dir, name+".sql"))
		if err != nil {
			return fmt.Errorf("message-db is not installed, make bench does that: %w", err)
		}
		if _, err := conn.Conn().PgConn().Exec(ctx, string(sql)).ReadAll(); err != nil {
			return fmt.Errorf("install message-db, %s: %w", name, err)
		}
	}
	return nil
}

const writeMessage = `select write_message($1, $2, $3, $4, $5, $6)`

// category is what all streams belong to, as the streams of one kind of thing do.
const category = "request"

// Write writes one message, the first of a new stream.
func (m *MessageDB) Write(ctx context.Context, msg Message) error {
	_, err := m.pool.Exec(ctx, writeMessage, uuid.NewString(), category+"-"+uuid.NewString(), msg.Type, msg.Data, msg.Metadata, -1)
	return err
}

// WriteMany writes n messages of one new stream in one transaction and one round
// trip.
func (m *MessageDB) WriteMany(ctx context.Context, msg Message, n int) error {
	var b pgx.Batch
	stream := category + "-" + uuid.NewString()
	for i := range n {
		b.Queue(writeMessage, uuid.NewString(), stream, msg.Type, msg.Data, msg.Metadata, i-1)
	}
	return m.pool.SendBatch(ctx, &b).Close()
}

// Close ends the connections.
func (m *MessageDB) Close() { m.pool.Close() }
