package main

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
)

// built are the portal's pages, if they were built before web was. The pattern
// also names ui/dist.txt, so that web builds without them.
//
//go:embed all:ui/dist*
var built embed.FS

// pages are the portal's pages: from a directory if one is named, else those
// that were built in.
func pages(dir string) (fs.FS, error) {
	if dir != "" {
		return os.DirFS(dir), nil
	}
	f, err := fs.Sub(built, "ui/dist")
	if err != nil {
		return nil, fmt.Errorf("find the built pages: %w", err)
	}
	return f, nil
}
