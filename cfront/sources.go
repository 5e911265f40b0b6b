// SPDX-License-Identifier: MIT

// This file finds and reads the files of a spec: relative includes next to the
// file that includes them, then in the -I directories, then among the headers
// of the model. Nothing outside these roots is ever opened.

package cfront

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"mmcheck/model"
)

// includeRoot is what the names of the model's own headers start with in
// positions, as in "<include>/linux/rwsem.h".
const includeRoot = "<include>"

// maxDepth is how deeply includes may nest.
const maxDepth = 64

// sources is the file system that the preprocessor sees. It keeps every file
// read and the complaints of our own scan about them.
type sources struct {
	model fs.FS    // headers of the model
	dirs  []string // the spec's directory and the -I directories
	files map[string][]byte
	diags Diagnostics
	depth int             // nesting of includes now
	once  map[string]bool // files that said #pragma once

	entered map[string]int // how often we are in the midst of a file

	absent map[string]bool // files taken for empty, since there are none of these names
	vacant []string        // kernel headers of which the model has nothing

	aside map[string]string // functions of headers that have other names now, see setAside

	warnings Diagnostics // what #warning says
}

func newSources(cfg Config, name string) *sources {
	dirs := []string{filepath.Dir(name)}
	for _, d := range cfg.Include {
		dirs = append(dirs, filepath.Clean(d))
	}
	return &sources{model: cfg.FS, dirs: dirs, files: map[string][]byte{}, once: map[string]bool{}, entered: map[string]int{}}
}

// restart forgets how far the last run of the preprocessor came.
func (s *sources) restart() {
	s.depth, s.once, s.entered, s.warnings = 0, map[string]bool{}, map[string]int{}, nil
}

// Open opens a file below one of the roots. It implements fs.FS, but for the
// names, which may be absolute or start with includeRoot.
func (s *sources) Open(name string) (fs.File, error) {
	src, err := s.read(name)
	if err != nil && (s.absent[name] || s.hasNothing(name)) {
		src, err = nil, nil
	}
	if err != nil {
		return nil, err
	}
	if _, seen := s.files[name]; !seen {
		s.files[name] = src
		if !strings.HasPrefix(name, includeRoot+"/") { // the model's own headers are looked at by TestHeadersAreReadable
			s.diags = append(s.diags, precheck(name, src)...)
		}
	}
	if s.diags.HasErrors() {
		src = nil // the parser must not see it
	}
	if strings.HasPrefix(name, includeRoot+"/") {
		src = s.renamed(name, src)
	}
	wrapped := wrap(name, src)
	return &openFile{name: path.Base(name), size: int64(len(wrapped)), Reader: strings.NewReader(wrapped)}, nil
}

// kernelHeader matches the headers that files of the kernel include.
var kernelHeader = lazyRE(`^(linux|asm|asm-generic|uapi|trace|net|generated|vdso|crypto|drm|keys|kvm|media|ras|rdma|scsi|sound|xen|acpi|target|video)/[\w./-]+\.h$`)

// hasNothing reports whether a file is a header of the kernel that the model lacks. It is
// as good as empty: what is missed of it is missed by its own name.
func (s *sources) hasNothing(name string) bool {
	rest, ok := strings.CutPrefix(name, includeRoot+"/")
	if !ok || !fs.ValidPath(rest) || !kernelHeader().MatchString(rest) {
		return false
	}
	if !slices.Contains(s.vacant, rest) {
		s.vacant = append(s.vacant, rest)
	}
	return true
}

// vacancies notes the headers that are taken as empty, where the first is included.
func (s *sources) vacancies() Diagnostics {
	if len(s.vacant) == 0 {
		return nil
	}
	text := "<" + strings.Join(s.vacant, ">, <") + "> "
	if len(s.vacant) == 1 {
		text += "is taken as empty: the model has nothing of it"
	} else {
		text += "are taken as empty: the model has nothing of them"
	}
	if near := nearHeader(s.vacant[0], s.model); near != "" && len(s.vacant) == 1 {
		text += near
	}
	return Diagnostics{{Pos: s.includes(s.vacant[0]), Severity: Note, Text: text, ID: "include"}}
}

// includes is where a header is included in the files of the spec.
func (s *sources) includes(header string) (at model.Pos) {
	for _, file := range slices.Sorted(maps.Keys(s.files)) {
		if strings.HasPrefix(file, includeRoot+"/") || file == defineName {
			continue
		}
		for i, line := range strings.Split(string(s.files[file]), "\n") {
			if at = (model.Pos{File: file, Line: i + 1, Col: strings.Index(line, header)}); at.Col > 0 && conditionLine().MatchString(line) {
				return at
			}
		}
	}
	return model.Pos{}
}

// warningLine is a #warning, which the parser knows nothing of.
var warningLine = lazyRE(`(?m)^[ \t]*#[ \t]*warning\b.*`)

// wrap puts marks around a file by which pragma counts the include depth, and where
// it warns.
func wrap(name string, src []byte) string {
	text := string(src)
	if strings.Contains(text, "warning") {
		text = warningLine().ReplaceAllString(text, "#pragma mmcheck warning")
	}
	text = rightLines(name, text)
	return "#pragma mmcheck enter\n#line 1 \"" + name + "\"\n" + text + "\n#pragma mmcheck leave\n"
}

// warn notes what the #warning on the line of pos says.
func (s *sources) warn(pos model.Pos) {
	lines := strings.Split(string(s.files[pos.File]), "\n")
	if strings.HasPrefix(pos.File, includeRoot+"/") || pos.Line > len(lines) {
		return
	}
	before, text, _ := strings.Cut(lines[pos.Line-1], "warning")
	pos.Col = len(before) + 1
	s.warnings = append(s.warnings, Diagnostic{Pos: pos, Len: len("warning"), Severity: Warning, Text: "#warning " + strings.TrimSpace(text), ID: "cpp"})
}

// read finds a file and returns its text.
func (s *sources) read(name string) ([]byte, error) {
	src, err := s.find(name)
	return WithoutBOM(src), err
}

// WithoutBOM drops the mark that some editors put before UTF-8 text.
func WithoutBOM(src []byte) []byte { return bytes.TrimPrefix(src, []byte("\xef\xbb\xbf")) }

func (s *sources) find(name string) ([]byte, error) {
	if rest, ok := strings.CutPrefix(name, includeRoot+"/"); ok {
		return readRegular(s.model, rest)
	}
	for _, dir := range s.dirs {
		rel, err := filepath.Rel(dir, name)
		if err != nil || !filepath.IsLocal(rel) || filepath.IsAbs(dir) != filepath.IsAbs(name) {
			continue
		}
		root, err := os.OpenRoot(dir)
		if err != nil {
			continue
		}
		src, err := readRegular(root.FS(), filepath.ToSlash(rel))
		root.Close()
		if err == nil {
			return src, nil
		}
	}
	return nil, fs.ErrNotExist
}

// readRegular reads a regular file, one byte further than allowed so that the
// scan notices files that are too long.
func readRegular(fsys fs.FS, name string) ([]byte, error) {
	if fsys == nil || !fs.ValidPath(name) {
		return nil, fs.ErrNotExist
	}
	if st, err := fs.Stat(fsys, name); err != nil || !st.Mode().IsRegular() {
		return nil, fs.ErrNotExist
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFile+1))
}

// meaningful are the pragmas that change what a program means.
var meaningful = wordSet("pack weak redefine_extname scalar_storage_order")

// pragma is called for each #pragma line: it tracks the depth of includes by
// our own marks and obeys #pragma once.
func (s *sources) pragma(pos model.Pos, words []string) (skip bool) {
	switch strings.Join(words, " ") {
	case "mmcheck enter":
		s.entered[pos.File]++
		if s.depth++; s.depth > maxDepth && !s.diags.HasErrors() {
			text := fmt.Sprintf("includes nest more than %d deep: a file without include guard includes itself", maxDepth)
			s.diags = append(s.diags, Diagnostic{Pos: model.Pos{File: s.again(pos.File)}, Text: text, ID: "include-depth"})
		}
		if skip := s.diags.HasErrors(); skip {
			s.depth--
			return true
		}
	case "mmcheck leave":
		s.depth--
		s.entered[pos.File]--
	case "mmcheck warning":
		s.warn(pos)
	case "once":
		seen := s.once[pos.File]
		s.once[pos.File] = true
		if seen {
			s.depth--
		}
		return seen
	}
	if len(words) > 0 && meaningful[words[0]] {
		s.diags = append(s.diags, Diagnostic{Pos: pos, Text: "#pragma " + words[0] + " is not supported", ID: "pragma"})
	}
	return false
}

// again is the file that includes are most often in the midst of: one that includes
// itself, not what it includes beside. file is the last one.
func (s *sources) again(file string) string {
	for _, f := range slices.Sorted(maps.Keys(s.entered)) {
		if s.entered[f] > s.entered[file] {
			file = f
		}
	}
	return file
}

// openFile is a file in memory.
type openFile struct {
	*strings.Reader
	name string
	size int64
}

func (f *openFile) Stat() (fs.FileInfo, error) { return fileInfo{f.name, f.size}, nil }
func (f *openFile) Close() error               { return nil }

type fileInfo struct {
	name string
	size int64
}

func (i fileInfo) Name() string       { return i.name }
func (i fileInfo) Size() int64        { return i.size }
func (i fileInfo) Mode() fs.FileMode  { return 0o444 }
func (i fileInfo) ModTime() time.Time { return time.Time{} }
func (i fileInfo) IsDir() bool        { return false }
func (i fileInfo) Sys() any           { return nil }
