// SPDX-License-Identifier: MIT

// Gallery writes the index of a directory that "mmcheck check -o" has filled: for each
// spec its question, and for each variant the verdict, the picture, and the files.
//
//	go run ./gallery ROOT DIR
//
// ROOT is the checkout, in which the names of specs are looked up.
package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// maxFile is how large a file of the gallery may be.
const maxFile = 300 << 10

//go:embed index.html
var text string

var index = template.Must(template.New("index").Parse(text))

// question is a spec with what was shown of it.
type question struct {
	Name, Text string
	Answers    []answer
}

// answer is one verdict.
type answer struct {
	Variant, Verdict, Title, Command, Picture string
	Links                                     []link
}

// link is a file, and what it is.
type link struct{ Name, What string }

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: gallery ROOT DIR")
		os.Exit(2)
	}
	if err := write(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "gallery:", err)
		os.Exit(1)
	}
}

func write(root, dir string) error {
	questions, err := collect(root, dir)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := index.Execute(&b, questions); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "index.html"), b.Bytes(), 0o666)
}

// collect reads the reports, in order of their names.
func collect(root, dir string) ([]question, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, f := range files {
		info, err := f.Info()
		if err != nil {
			return nil, err
		}
		if info.Size() > maxFile {
			return nil, fmt.Errorf("%s has %d bytes: more than %d are too many for a gallery", f.Name(), info.Size(), maxFile)
		}
		names = append(names, f.Name())
	}
	var out []question
	for _, name := range names {
		base, isReport := strings.CutSuffix(name, ".json")
		if !isReport {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		var d struct {
			Spec, Variant, Verdict, Command string
			Finding                         struct{ Title, Text string }
		}
		if err := json.Unmarshal(text, &d); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		a := answer{Variant: d.Variant, Verdict: d.Verdict, Title: strings.TrimPrefix(d.Finding.Title, "BUG: mmcheck: "), Command: d.Command}
		for _, l := range []link{{".html", "page"}, {".txt", "text"}, {".json", "data"}, {".dot", "graph"}, {".svg", "picture"}} {
			if !slices.Contains(names, base+l.Name) {
				continue
			}
			if l.Name == ".svg" {
				a.Picture = base + l.Name
			}
			a.Links = append(a.Links, link{base + l.Name, l.What})
		}
		i := slices.IndexFunc(out, func(q question) bool { return q.Name == d.Spec })
		if i < 0 {
			q, err := ask(root, d.Spec)
			if err != nil {
				return nil, err
			}
			i, out = len(out), append(out, question{Name: d.Spec, Text: q})
		}
		out[i].Answers = append(out[i].Answers, a)
	}
	return out, nil
}

// firstLine is that of the comment in which a spec says what it asks.
var firstLine = regexp.MustCompile(`(?m)^ \* \w+: (.*)$`)

// ask is the question of a spec.
func ask(root, spec string) (string, error) {
	text, err := os.ReadFile(filepath.Join(root, spec))
	if err != nil {
		return "", err
	}
	m := firstLine.FindSubmatch(text)
	if m == nil {
		return "", fmt.Errorf("%s: its first comment has no line \"name: question\"", spec)
	}
	q := string(m[1])
	return strings.ToUpper(q[:1]) + q[1:], nil
}
