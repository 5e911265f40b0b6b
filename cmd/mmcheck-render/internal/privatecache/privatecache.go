// SPDX-License-Identifier: MIT

//go:build unix

// This file gives the process a temporary directory of its own, before any
// package that uses one is initialised.
//
// go-graphviz keeps native code, compiled from its WebAssembly module, in the
// directory go-graphviz of the temporary directory, and executes on the next
// start what it finds there. Where that is shared, another user could have put it
// there first. It does so in a package init(), hence before main(). Go
// initialises packages in the order of their import paths, each as soon as
// everything it imports is ready. This package imports nothing but syscall, and
// its path sorts before "os", without which go-graphviz cannot get ready: so it
// always comes first. A test holds it to that.

// Package privatecache points TMPDIR to a directory that only this user can
// write to, for its side effect on import.
package privatecache

import "syscall"

// nowhere is a directory that does not exist: nothing is cached there, and a
// start takes a second longer.
const nowhere = "/nonexistent"

func init() {
	dir := prepare()
	if dir == "" {
		dir = nowhere
	}
	if syscall.Setenv("TMPDIR", dir) != nil {
		syscall.Exit(2)
	}
}

// prepare makes the cache directory and returns it, or "" if there is none
// that can be trusted.
func prepare() string {
	base, ok := syscall.Getenv("XDG_CACHE_HOME")
	if !ok || base == "" || base[0] != '/' {
		home, _ := syscall.Getenv("HOME")
		if home == "" || home[0] != '/' {
			return ""
		}
		base = home + "/.cache"
	}
	dir := base + "/mmcheck"
	_ = syscall.Mkdir(base, 0o700) // it may exist; private decides
	_ = syscall.Mkdir(dir, 0o700)
	if !private(dir) {
		return ""
	}
	return dir
}

// private reports whether dir is a directory, not a link to one, that belongs
// to this user and is closed to all others.
func private(dir string) bool {
	var st syscall.Stat_t
	if syscall.Lstat(dir, &st) != nil {
		return false
	}
	return st.Mode&syscall.S_IFMT == syscall.S_IFDIR && int(st.Uid) == syscall.Geteuid() && st.Mode&0o077 == 0
}
