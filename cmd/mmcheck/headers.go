// SPDX-License-Identifier: MIT

// This file is the command headers: the headers of the model as files, for who has
// no checkout and wants to read them, or to compile a spec with gcc.

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"mmcheck/specs"
)

func setupHeaders(*pflag.FlagSet) func(*session, []string) (exit, error) {
	return func(s *session, args []string) (exit, error) {
		if len(args) != 1 {
			return exitUsage, errors.New("want one DIR to write to")
		}
		n, err := writeHeaders(args[0])
		if err != nil {
			return exitUsage, err
		}
		fmt.Fprintf(s.out, "%d headers in %s: what is edited there takes the place of a shipped one with -I %s\n", n, args[0], quote(args[0]))
		return exitHolds, nil
	}
}

// writeHeaders writes the headers into a directory and counts them. What is there
// already may be somebody's edit, and is not overwritten.
func writeHeaders(dir string) (n int, err error) {
	err = fs.WalkDir(specs.Include, ".", func(name string, d fs.DirEntry, err error) error {
		to := filepath.Join(dir, filepath.FromSlash(name))
		if err != nil || d.IsDir() {
			return errors.Join(err, os.MkdirAll(to, 0o777))
		}
		if _, err := os.Lstat(to); err == nil {
			return fmt.Errorf("%s is there already: choose a DIR without headers", to)
		}
		src, err := fs.ReadFile(specs.Include, name)
		if err != nil {
			return err
		}
		n++
		return writeWhole(to, src)
	})
	return n, err
}
