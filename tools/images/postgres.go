package main

import (
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Where the parts' image has PostgreSQL: as node_modules, which is how the
// checkout has it. The server needs the C library, which is taken from the
// machine that builds; the image is for tests and goes nowhere else.
const postgresModules = "/opt/postgres/node_modules"

var libraries = []string{"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib/aarch64-linux-gnu", "/usr/lib/aarch64-linux-gnu"}

// postgresFiles are the server's files, the libraries that its programs link, and
// a list of users that it can look itself up in.
func postgresFiles(root string) ([]entry, error) {
	files := []entry{
		{path: "/etc/passwd", mode: 0o664, content: []byte("root:x:0:0::/:/sbin/nologin\nparts:x:65532:65532::/state:/sbin/nologin\n")},
		{path: "/etc/group", mode: 0o664, content: []byte("root:x:0:\nparts:x:65532:\n")},
	}
	modules := filepath.Join(root, "shared", "postgres", "node_modules")
	own := map[string]string{}  // where a library of the package lies
	needed := map[string]bool{} // by the programs; extensions are looked for when they are loaded
	err := filepath.WalkDir(filepath.Join(modules, "@embedded-postgres"), func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		e, err := packaged(modules, p, d)
		if err != nil {
			return err
		}
		files = append(files, e)
		own[path.Base(e.path)] = p
		if path.Base(path.Dir(e.path)) == "bin" {
			link(p, needed)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("collect PostgreSQL: %w", err)
	}
	shell, err := os.ReadFile("/bin/sh") // initdb starts the server by it
	if err != nil {
		return nil, fmt.Errorf("collect PostgreSQL: %w", err)
	}
	files = append(files, entry{path: "/bin/sh", mode: 0o555, content: shell})
	link("/bin/sh", needed)
	return withLibraries(files, own, needed)
}

// packaged is a file of the package, or a symbolic link in it.
func packaged(modules, p string, d fs.DirEntry) (entry, error) {
	within, err := filepath.Rel(modules, p)
	if err != nil {
		return entry{}, err
	}
	e := entry{path: path.Join(postgresModules, filepath.ToSlash(within)), mode: 0o444}
	if d.Type()&fs.ModeSymlink != 0 {
		e.target, err = os.Readlink(p)
		return e, err
	}
	info, err := d.Info()
	if err != nil {
		return e, err
	}
	if info.Mode()&0o100 != 0 {
		e.mode = 0o555
	}
	e.content, err = os.ReadFile(p)
	return e, err
}

// withLibraries adds what is needed and not the package's own, and what that
// needs in turn.
func withLibraries(files []entry, own map[string]string, needed map[string]bool) ([]entry, error) {
	for done := map[string]bool{}; ; {
		next := ""
		for n := range needed {
			if !done[n] {
				next = n
			}
		}
		if next == "" {
			return files, nil
		}
		done[next] = true
		if p := own[path.Base(next)]; p != "" {
			link(p, needed)
			continue
		}
		where, err := find(next)
		if err != nil {
			return nil, err
		}
		content, err := os.ReadFile(where)
		if err != nil {
			return nil, fmt.Errorf("read a library: %w", err)
		}
		files = append(files, entry{path: where, mode: 0o555, content: content})
		link(where, needed)
	}
}

// link notes what an executable or library needs; other files need nothing.
func link(file string, needed map[string]bool) {
	f, err := elf.Open(file)
	if err != nil {
		return
	}
	defer f.Close()
	names, _ := f.ImportedLibraries() // none, for a static one
	for _, n := range names {
		needed[n] = true
	}
	if s := f.Section(".interp"); s != nil {
		if loader, err := s.Data(); err == nil {
			needed[strings.TrimRight(string(loader), "\x00")] = true
		}
	}
}

func find(library string) (string, error) {
	if strings.HasPrefix(library, "/") {
		return library, nil
	}
	for _, dir := range libraries {
		if p := filepath.Join(dir, library); exists(p) {
			return p, nil
		}
	}
	return "", errors.New("this machine lacks the library " + library)
}

func exists(p string) bool {
	_, err := os.Stat(p)
	return err == nil
}
