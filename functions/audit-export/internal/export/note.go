package export

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"

	"dcm.io/shared/checkpoint"
	"dcm.io/shared/proof"
)

var errNoNote = errors.New("there is no checkpoint in it")

// NoteIn finds the checkpoint in the content of a file: a note as it lies in the
// object store, a receipt, or a bundle. It is not believed yet.
func NoteIn(content []byte) ([]byte, error) {
	if _, err := checkpoint.Peek(content); err == nil {
		return content, nil
	}
	if z, err := zip.NewReader(bytes.NewReader(content), int64(len(content))); err == nil {
		var r Report
		for _, f := range z.File {
			if f.Name == checkpointName {
				content = r.whole(f)
			}
		}
	}
	var p proof.Proof
	if err := json.Unmarshal(content, &p); err != nil || p.Note == "" {
		return nil, errNoNote
	}
	return []byte(p.Note), nil
}
