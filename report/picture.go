// SPDX-License-Identifier: MIT

// This file turns DOT into a picture by starting a program that can. It is the
// only part of this package that does more than compute.

package report

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// ErrNoRenderer says how to get a picture where nothing draws one.
var ErrNoRenderer = errors.New("no renderer found: put mmcheck-render beside mmcheck (make), or install graphviz (dot -Tsvg)")

// Picture draws DOT as SVG, with mmcheck-render beside the running program, or
// else from PATH, or else with the dot of Graphviz.
func Picture(dot []byte) ([]byte, error) {
	cmd := renderer()
	if cmd == nil {
		return nil, ErrNoRenderer
	}
	var out, msg bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(dot), &out, &msg
	if err := cmd.Run(); err != nil {
		line, _, _ := strings.Cut(strings.TrimSpace(msg.String()), "\n")
		if line == "" {
			line = err.Error()
		}
		return nil, fmt.Errorf("%s: %s", filepath.Base(cmd.Path), line)
	}
	return out.Bytes(), nil
}

// renderer is the command that draws, nil if there is none.
func renderer() *exec.Cmd {
	const name = "mmcheck-render"
	if self, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(self), name)
		if path, err := exec.LookPath(beside); err == nil {
			return exec.Command(path)
		}
	}
	if path, err := exec.LookPath(name); err == nil {
		return exec.Command(path)
	}
	if path, err := exec.LookPath("dot"); err == nil {
		return exec.Command(path, "-Tsvg")
	}
	return nil
}
