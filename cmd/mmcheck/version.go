// SPDX-License-Identifier: MIT

// This file prints the version.

package main

import (
	"errors"
	"fmt"
	"runtime"

	"github.com/spf13/pflag"
)

// version is the version of mmcheck.
const version = "0.1.0"

// revision is the commit it was built from, as "-" and the hash; the Makefile
// sets it.
var revision string

func setupVersion(*pflag.FlagSet) func(*session, []string) (exit, error) {
	return func(s *session, args []string) (exit, error) {
		if len(args) > 0 {
			return exitUsage, errors.New("version takes no argument")
		}
		fmt.Fprintf(s.out, "mmcheck %s%s (%s, %s/%s)\n", version, revision, runtime.Version(), runtime.GOOS, runtime.GOARCH)
		return exitHolds, nil
	}
}
