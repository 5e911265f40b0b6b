// SPDX-License-Identifier: MIT

// This file runs the C parser over a spec, inside the guards that the package
// comment describes.

package cfront

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"runtime/metrics"
	"slices"
	"strings"
	"time"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// Config says where includes come from and what the model implements.
type Config struct {
	FS          fs.FS                  // the model headers, used for <...> and as fallback for "..."
	Include     []string               // -I directories on disk, searched first for <...>
	Define      []string               // -D NAME or NAME=value
	Variants    []string               // names that the spec says its variants have: what defines one may be all that there is
	Assume      []string               // NAME=KIND of functions without a body, the first of a NAME counts; see assume.go
	Kernel      string                 // such as "6.12", sets LINUX_VERSION_CODE; "" = none given
	Natives     func(name string) bool // reports whether model implements the function
	NativeNames []string               // for suggestions

	assumed string // the code for what is assumed
}

// Unit is a parsed spec.
type Unit struct {
	Name     string
	AST      *cc.AST                           // nil if there were errors
	Files    map[string][]byte                 // every file read, by the name that positions use
	Funcs    map[string]*cc.FunctionDefinition // every function with a body
	Order    []*cc.FunctionDefinition          // the same in the order of their definition
	calls    map[string]map[string]cc.Node     // call graph: caller, callee, first call
	cfg      Config
	replaced []replaced                 // functions that take the place of others
	aside    map[string]string          // functions of headers that have another name, see setAside
	assumed  map[string]*assumption     // by function
	mentions map[string]map[string]bool // by function, "" outside: the functions that it calls or hands on

	*types
}

// Limits of one run of the parser.
const (
	maxTime       = 10 * time.Second
	watchTime     = 20 * time.Millisecond // between two looks at it
	maxMemory     = 1 << 30
	maxExpansions = 1 << 20
)

// A spec of at most smallText bytes that reads nothing but model headers is
// tried at once, with at most smallExpansions: it cannot nest deep enough to
// hurt, and the preprocessor runs once. If anything is wrong with it, it goes
// the careful way, which finds the words for it.
const (
	smallText       = 16 << 10
	smallExpansions = 1 << 18
)

// predefined is what the type checker needs to know of the platform.
const predefined = `#define __MMCHECK__ 1
#define __STDC__ 1
#define __STDC_VERSION__ 201112L
#define __STDC_HOSTED__ 0
#define __GNUC__ 12
#define __linux__ 1
#define __x86_64__ 1
#define __LP64__ 1
#define __CHAR_BIT__ 8
#define __INT_MAX__ 0x7fffffff
#define __LONG_MAX__ 0x7fffffffffffffffL
#define __SIZEOF_LONG__ 8
#define __SIZEOF_POINTER__ 8
#define __SIZE_TYPE__ unsigned long
#define __PTRDIFF_TYPE__ long
#define __WCHAR_TYPE__ int
`

// builtins declares the few compiler builtins that specs and headers use. The
// parser knows typeof of a type in casts only; for declarations it is made one of
// an expression.
const builtins = `int __predefined_declarator;
typedef __SIZE_TYPE__ __predefined_size_t;
typedef __PTRDIFF_TYPE__ __predefined_ptrdiff_t;
typedef __WCHAR_TYPE__ __predefined_wchar_t;
#define __extension__
#define __FUNCTION__ __func__
#define __PRETTY_FUNCTION__ __func__
#define __typeof__(...) __typeof(*(__typeof(__VA_ARGS__) *)0)
#define typeof(...) __typeof(*(__typeof(__VA_ARGS__) *)0)
#define __builtin_offsetof(type, member) ((__SIZE_TYPE__)&(((type *)0)->member))
long __builtin_expect(long, long);
void __builtin_unreachable(void);
typedef void *__builtin_va_list;
`

// Names of the sources that are no files.
const (
	predefinedName = "<built-in>"
	defineName     = "<command line>"
	standInName    = "<stand-ins>"
	endName        = "<end>"
)

// sentinel stands behind the spec: a declaration that ends in the middle then
// meets a token instead of the end of input, which the parser survives.
const sentinel = "\nint __mmcheck_end;\n"

// parse reads a spec. The diagnostics may be warnings only; if they hold an
// error, the Unit has no AST.
func parse(cfg Config, name string, src []byte) (*Unit, Diagnostics) {
	// A name must survive the path arithmetic of includes.
	if name == "" {
		name = "<spec>"
	}
	src = WithoutBOM(src)
	s := newSources(cfg, name)
	u := &Unit{Name: name, Files: s.files, cfg: cfg, mentions: map[string]map[string]bool{}}
	defines, diags := defineSource(cfg)
	s.files[name] = append([]byte(nil), src...)
	for file, text := range quoted(name, src) {
		s.files[file] = text
	}
	s.files[defineName] = []byte(defines)
	diags = append(diags, precheck(name, src)...)
	if diags.HasErrors() {
		return u, diags
	}
	s.files[assumedName] = []byte(cfg.assumed)
	job := &translation{cfg: cfg, assumed: cfg.assumed, name: name, sources: s, include: includePaths(cfg, name), defines: defines, text: string(src), dirs: len(cfg.Include) > 0}
	ast, diags, stopped := job.guarded()
	if stopped { // the parser may still write to its files
		u.Files = map[string][]byte{name: append([]byte(nil), src...)}
		return u, diags
	}
	if s.diags.HasErrors() {
		diags = s.diags
	}
	if diags.HasErrors() {
		return u, append(diags, s.vacancies()...)
	}
	if at := job.callInCondition(ast); at != nil {
		return u, Diagnostics{*at}
	}
	u.AST, u.aside = ast, s.aside
	u.collect()
	return u, append(append(diags, s.warnings...), s.vacancies()...)
}

// includePaths returns the search path of #include "..."; that of <...> is the
// same without the first two, the directories of the file and of the spec.
func includePaths(cfg Config, name string) []string {
	paths := []string{"@", filepath.Dir(name)}
	for _, d := range cfg.Include {
		paths = append(paths, filepath.Clean(d))
	}
	return append(paths, includeRoot)
}

var defineRE = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_]*)(=[^\n\r]*)?$`)

// defineSource turns the -D flags and the kernel version into C.
func defineSource(cfg Config) (string, Diagnostics) {
	var b strings.Builder
	var diags Diagnostics
	bad := func(format string, args ...any) {
		diags = append(diags, Diagnostic{Pos: model.Pos{File: defineName}, Text: fmt.Sprintf(format, args...), ID: "usage"})
	}
	if macro := kernelMacro(cfg.Kernel); macro != "" {
		fmt.Fprintf(&b, "#define LINUX_VERSION_CODE %s\n", macro)
	} else if cfg.Kernel != "" {
		bad("kernel version '%s' is not of the form MAJOR.MINOR, such as 6.12, nor MAJOR.MINOR.y, %s", cfg.Kernel, strings.Join(kernelNames, " or "))
	}
	for _, d := range cfg.Define {
		m := defineRE.FindStringSubmatch(d)
		switch {
		case m == nil:
			bad("'%s' is not of the form NAME or NAME=value", d)
		case m[2] == "":
			fmt.Fprintf(&b, "#define %s 1\n", m[1])
		default:
			fmt.Fprintf(&b, "#define %s %s\n", m[1], m[2][1:])
		}
	}
	return b.String(), diags
}

// translation is one run of the parser.
type translation struct {
	cfg     Config
	name    string
	sources *sources
	include []string
	defines string
	text    string
	dirs    bool // -I was given

	assumed   string     // code for what is assumed of functions
	patches   []string   // lines before the spec that stand in for what it lacks
	strangers []stranger // for which there is one
	last      *cc.AST    // what parsed returned
	lastFor   int        // with so many stand-ins
	bones     *cc.AST    // what skeleton returned
}

// outcome is what a run of the parser came to.
type outcome struct {
	ast   *cc.AST
	diags Diagnostics
}

// guarded runs the parser in a goroutine, under the watchdog; stopped says
// that the watchdog gave it up.
func (t *translation) guarded() (ast *cc.AST, diags Diagnostics, stopped bool) {
	done := make(chan outcome, 1)
	go func() { done <- t.run() }()
	tick := time.NewTicker(watchTime)
	defer tick.Stop()
	before := heapBytes()
	// Ticks that a machine without a free processor leaves out do not count.
	for left := maxTime; ; left -= watchTime {
		select {
		case o := <-done:
			return o.ast, o.diags, false
		case <-tick.C:
			if left <= 0 {
				return nil, t.gaveUp("gave up parsing %s after %v", t.name, maxTime), true
			}
			if now := heapBytes(); now > before+maxMemory {
				return nil, t.gaveUp("gave up parsing %s: it takes more than %d MiB of memory", t.name, maxMemory>>20), true
			}
		}
	}
}

// gaveUp reports that the parser was abandoned.
func (t *translation) gaveUp(format string, args ...any) Diagnostics {
	return Diagnostics{{Pos: model.Pos{File: t.name}, Text: fmt.Sprintf(format, args...), ID: "gave-up"}}
}

// heapBytes is the memory taken by stacks and by live and not yet swept objects.
func heapBytes() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64() + s[1].Value.Uint64()
}

// run parses and checks; a panic of the parser becomes a diagnostic.
func (t *translation) run() (o outcome) {
	defer func() {
		if r := recover(); r != nil {
			o = outcome{nil, t.failed()}
		}
	}()
	if t.small() {
		if ast, err := t.attempt(); err == nil {
			return outcome{ast, nil}
		}
	}
	if diags := t.measure(); diags.HasErrors() {
		if slices.ContainsFunc(diags, func(d Diagnostic) bool { return d.Text == tooMany }) {
			diags = t.recount(diags)
		}
		return outcome{nil, diags}
	}
	cfg, err := t.config()
	if err != nil {
		return outcome{nil, Diagnostics{{Pos: model.Pos{File: t.name}, Text: err.Error(), ID: "internal"}}}
	}
	ast, err := cc.Translate(cfg, t.inputs())
	for err != nil && t.setAside(err) {
		if cfg, err = t.config(); err == nil {
			ast, err = cc.Translate(cfg, t.inputs())
		}
	}
	if err != nil {
		return outcome{nil, t.recount(t.explain(err))}
	}
	return outcome{ast, nil}
}

// quotedInclude is an include that may read a file of the user's.
var quotedInclude = regexp.MustCompile(`#[ \t]*include[ \t]*[^< \t]`)

func (t *translation) small() bool {
	return !t.dirs && len(t.text)+len(t.defines) <= smallText && !quotedInclude.MatchString(t.text)
}

// attempt parses a small spec; it fails when anything is wrong.
func (t *translation) attempt() (ast *cc.AST, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the parser failed: %v", r)
		}
	}()
	cfg, err := t.config()
	if err != nil {
		return nil, err
	}
	cfg.ExpansionLimit = smallExpansions
	return cc.Translate(cfg, t.inputs())
}

// inputs lists what the parser reads. The values are strings because it
// appends to byte slices that it is given.
func (t *translation) inputs() []cc.Source {
	return []cc.Source{
		{Name: predefinedName, Value: predefined + builtins + t.guards() + t.waitEntries()},
		{Name: defineName, Value: t.defines},
		{Name: standInName, Value: strings.Join(t.patches, "\n") + "\n"},
		{Name: t.name, Value: wrap(t.name, []byte(t.text))},
		{Name: assumedName, Value: wrap(assumedName, []byte(t.assumed))},
		{Name: endName, Value: sentinel},
	}
}

// guardWord is what a spec has in it that uses one of the guards of the headers.
var guardWord = lazyRE(`\b(guard|scoped_guard|scoped_cond_guard|CLASS|__free)[ \t]*\(|\bDEFINE_\w*GUARD`)

// guards has the headers define the guards of their locks, where the spec may use one:
// they are many, and parsing them takes as long as everything else.
func (t *translation) guards() string {
	if t.dirs || quotedInclude.MatchString(t.text) || guardWord().MatchString(t.text) || guardWord().MatchString(t.defines) {
		return "#define __MMCHECK_GUARDS 1\n"
	}
	return ""
}

// waitWord is what a spec has in it that looks at the entries of wait queues.
var waitWord = lazyRE(`\b(wait_queue_entry(_t)?|wait_queue_func_t|DECLARE_WAITQUEUE|DEFINE_WAIT_FUNC|init_wait|init_wait_entry|init_waitqueue_(func_)?entry|_*add_wait_queue\w*|_*remove_wait_queue|prepare_to_wait_event|prepare_to_wait_exclusive|__wake_up\w*|WQ_FLAG_\w+)\b`)

// waitEntries gives wait queues their entries, where the spec may look at these.
func (t *translation) waitEntries() string {
	if waitWord().MatchString(t.text) && !waitSetting().MatchString(t.text+t.defines) {
		return "#define MM_WAIT_ENTRIES 1\n"
	}
	return ""
}

var waitSetting = lazyRE(`\bMM_WAIT_ENTRIES\b`)

// config is the parser's configuration: amd64, no host compiler, no host files.
func (t *translation) config() (*cc.Config, error) {
	t.sources.restart()
	abi, err := cc.NewABI("linux", "amd64")
	if err != nil {
		return nil, err
	}
	return &cc.Config{
		ABI: abi, FS: t.sources, FSOnly: true, ExpansionLimit: maxExpansions,
		IncludePaths: t.include, SysIncludePaths: t.include[2:],
		PragmaHandler: t.pragma,
	}, nil
}

func (t *translation) pragma(toks []cc.Token) error {
	var words []string
	for _, tok := range toks {
		if w := strings.TrimSpace(tok.SrcStr()); w != "" {
			words = append(words, w)
		}
	}
	if len(toks) > 0 && t.sources.pragma(posOf(toks[0]), words) {
		return cc.SkipSource
	}
	return nil
}

// posOf converts the position of a node or token.
func posOf(n cc.Node) model.Pos {
	p := n.Position()
	return model.Pos{File: p.Filename, Line: p.Line, Col: p.Column}
}
