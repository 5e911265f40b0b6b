// SPDX-License-Identifier: MIT

// This file is the whole command: DOT on standard input, SVG on standard
// output, status 2 and one line on standard error if that fails. It is a
// program of its own because Graphviz takes its time to start.

// Command mmcheck-render draws DOT as SVG.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/goccy/go-graphviz"

	_ "mmcheck/cmd/mmcheck-render/internal/privatecache"
)

func main() {
	if len(os.Args) > 1 {
		fail(errors.New("takes no arguments: DOT comes on standard input, SVG goes to standard output"))
	}
	dot, err := io.ReadAll(os.Stdin)
	if err != nil {
		fail(err)
	}
	svg, err := render(dot)
	if err != nil {
		fail(err)
	}
	if _, err := os.Stdout.Write(svg); err != nil {
		fail(err)
	}
}

func fail(err error) {
	line, _, _ := strings.Cut(strings.TrimSpace(err.Error()), "\n")
	fmt.Fprintln(os.Stderr, "mmcheck-render:", line)
	os.Exit(2)
}

// render lays out a graph and draws it.
func render(dot []byte) (svg []byte, err error) {
	if len(bytes.TrimSpace(dot)) == 0 {
		return nil, errors.New("no DOT on standard input")
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("graphviz failed: %v", r)
		}
	}()
	ctx := context.Background()
	g, err := graphviz.New(ctx)
	if err != nil {
		return nil, err
	}
	graph, err := graphviz.ParseBytes(dot)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := g.Render(ctx, graph, graphviz.SVG, &b); err != nil {
		return nil, err
	}
	if b.Len() == 0 {
		return nil, errors.New("graphviz drew nothing")
	}
	return []byte(fonts.Replace(b.String())), nil
}

// fonts names the fonts to draw with. Graphviz is built without a font library
// here and knows the widths of a few classic fonts only; these have the same
// widths and are there on most systems.
var fonts = strings.NewReplacer(
	`"Courier,monospace"`, `"DejaVu Sans Mono,Menlo,Consolas,monospace"`,
	`"Helvetica,sans-Serif"`, `"Liberation Sans,Arial,Helvetica,sans-serif"`,
)
