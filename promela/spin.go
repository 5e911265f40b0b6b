// SPDX-License-Identifier: MIT

// This file runs SPIN: generate the verifier, compile it, search.

package promela

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Limits bound a run of SPIN.
type Limits struct {
	Time   time.Duration // of one search; 0: two minutes
	Memory int           // MiB; 0: 2048
}

func (l Limits) withDefaults() Limits {
	if l.Time == 0 {
		l.Time = 2 * time.Minute
	}
	if l.Memory == 0 {
		l.Memory = 2048
	}
	return l
}

// MissingError says that a program that is needed is not installed.
type MissingError struct{ Program, Package string }

func (e *MissingError) Error() string {
	return fmt.Sprintf("%s is not installed (Debian package %s)", e.Program, e.Package)
}

// Tools checks that SPIN and a C compiler are there.
func Tools() error {
	for _, m := range []MissingError{{"spin", "spin"}, {"gcc", "gcc"}} {
		if _, err := exec.LookPath(m.Program); err != nil {
			return &m
		}
	}
	return nil
}

// verifier is a compiled pan in a directory of its own.
type verifier struct {
	dir    string
	limits Limits
}

// build generates and compiles the verifier of text. vector is the size of a
// state in bytes, small says that compiling should be quick rather than good.
func build(ctx context.Context, text []byte, vector int, small bool, l Limits) (*verifier, error) {
	if err := Tools(); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "mmcheck-spin-")
	if err != nil {
		return nil, err
	}
	v := &verifier{dir, l.withDefaults()}
	optimise := "-O2"
	if small {
		optimise = "-O0"
	}
	// In the older C an if opens no scope of its own; with tens of thousands of
	// labels in one function, closing scopes takes gcc most of its time.
	err = os.WriteFile(filepath.Join(dir, "model.pml"), text, 0o600)
	if err == nil {
		_, err = v.run(ctx, "spin", "-a", "-o1", "-o2", "-o3", "model.pml")
	}
	if err == nil {
		_, err = v.run(ctx, "gcc", "-std=gnu89", optimise, "-w", "-DSAFETY", "-DNOREDUCE", "-DNOFAIR",
			fmt.Sprintf("-DVECTORSZ=%d", vector), fmt.Sprintf("-DMEMLIM=%d", v.limits.Memory), "-o", "pan", "pan.c")
	}
	if err != nil {
		v.close()
		return nil, err
	}
	return v, nil
}

func (v *verifier) close() { _ = os.RemoveAll(v.dir) } // a scratch directory: nothing to do about a failure

// run runs one program in the directory and returns what it printed.
func (v *verifier) run(ctx context.Context, name string, args ...string) (string, error) {
	if !strings.Contains(name, "/") {
		if _, err := os.Stat(filepath.Join(v.dir, "pan.c")); name == "gcc" && err != nil {
			return "", errors.New("spin wrote no verifier")
		}
	}
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = v.dir
	cmd.WaitDelay = time.Second
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("%s: %w: %s", filepath.Base(name), err, firstLines(out.String(), 5))
	}
	return out.String(), nil
}

// firstLines shortens the output of a program for an error message.
func firstLines(s string, n int) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[:min(n, len(lines))], " | ")
}

// pan searches; depth bounds the length of a path. It returns what pan printed
// and why it was stopped, "" if it was not. pan's exit status says nothing.
func (v *verifier) pan(ctx context.Context, depth int64, args ...string) (out, stopped string, err error) {
	sub, cancel := context.WithTimeout(ctx, v.limits.Time)
	defer cancel()
	args = append([]string{fmt.Sprintf("-m%d", depth), "-w22", "-n"}, args...)
	out, err = v.run(sub, "./pan", args...)
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return out, "", ctx.Err()
	case sub.Err() != nil:
		return out, fmt.Sprintf("the time limit of %v", v.limits.Time), nil
	case err != nil && !errors.As(err, &exit):
		return out, "", err
	}
	return out, "", nil
}
