// SPDX-License-Identifier: MIT

// This file defines what can be asked about a spec (the variant, the kernel,
// what to look for) and how the search is run. The first changes the answer,
// the second does not.

package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"mmcheck/cfront"
	"mmcheck/checker"
	"mmcheck/model"
	"mmcheck/specs"
)

// question is what is asked about a spec.
type question struct {
	defines []string
	kernel  string // "" is that of the spec
	assume  []string
	find    checker.Find
	only    []string
	ignore  []string
}

// register declares the flags of a question, but for -D.
func (q *question) register(fs *pflag.FlagSet) {
	fs.StringVar(&q.kernel, "kernel", "", "kernel `VERSION`: "+specs.Kernels()+"\n(default the spec's, or "+specs.DefaultKernel+")")
	fs.Var(assumptions{&q.assume}, "assume", "`FUNCTION=KIND`: what one without a body is taken to do; KIND is one of\n"+strings.Join(cfront.AssumeKinds(), ", ")+" (may be repeated)")
	fs.Var(find{&q.find}, "find", "use of freed memory only, a rule break first,\nor the shortest (default an error first)")
	fs.Var(propertyIDs{&q.only}, "property", "look for property `ID` only (may be repeated)")
	fs.Var(propertyIDs{&q.ignore}, "ignore", "do not look for property `ID` (may be repeated)")
}

// validate finds a question that asks nothing.
func (q *question) validate() error {
	if len(checker.Selected(checker.Options{Find: q.find, Only: q.only, Ignore: q.ignore})) == 0 {
		return fmt.Errorf("no property is left to look for: %s", strings.Join(q.flags(), " "))
	}
	return nil
}

// words lists a question as it stands in a Result: line.
func (q *question) words() []string {
	return append(append([]string(nil), q.defines...), q.flags()...)
}

// flags lists the flags of a question that are not -D.
func (q *question) flags() []string {
	var out []string
	if q.kernel != "" {
		out = append(out, "--kernel="+q.kernel)
	}
	for _, a := range q.assume {
		out = append(out, "--assume="+a)
	}
	if q.find != checker.FindDefault {
		out = append(out, "--find="+string(q.find))
	}
	for _, id := range q.only {
		out = append(out, "--property="+id)
	}
	for _, id := range q.ignore {
		out = append(out, "--ignore="+id)
	}
	return out
}

// variant names the question for people.
func (q *question) variant() string { return strings.Join(q.words(), " ") }

var notInFileName = regexp.MustCompile(`[^A-Za-z0-9_=.+-]`)

// fileTag names the question in the names of files; "" if nothing was asked
// but the spec itself. What is looked for is not part of it: it shows in the
// property found.
func (q *question) fileTag() string {
	words := q.defines
	if q.kernel != "" {
		words = append(append([]string(nil), words...), "kernel-"+q.kernel)
	}
	return notInFileName.ReplaceAllString(strings.Join(words, "-"), "_")
}

// search is how the answer is looked for.
type search struct {
	include    []string
	workers    int
	maxStates  int64
	maxMemory  int64
	timeLimit  time.Duration
	reference  bool
	noReduce   bool
	part       share  // zero: all of it
	all        int    // violations to list; 0: show one
	simulate   int64  // schedules to try; 0: search
	seed       uint64 // which ones
	maxDepth   int
	checkpoint string                 // file; "" is none
	spill      string                 // directory; "" is none
	bits       int                    // of a fingerprint; 0: states are kept as they are
	warn       func(error)            // told what goes wrong but does not end the search; may be nil
	given      func(flag string) bool // nil for commands without the flags of registerLong
	atOnce     int                    // how many such searches share the machine; 0 is one
}

// register declares the flags of a search.
func (h *search) register(fs *pflag.FlagSet, workers string) {
	fs.StringArrayVarP(&h.include, "include", "I", nil, "search `DIR` for headers first")
	fs.IntVarP(&h.workers, "workers", "j", 0, workers+"\n(default one a processor)")
	fs.Int64Var(&h.maxStates, "max-states", 0, "stop after `N` states")
	fs.Var(size{&h.maxMemory}, "max-memory", "stop at `SIZE` of memory, such as 4G\n(default 80 % of what is available)")
	fs.DurationVar(&h.timeLimit, "time-limit", 0, "stop after `TIME`, such as 90s or 10m")
	fs.BoolVar(&h.noReduce, "no-reduce", false, "search every transition of every state, dead registers kept: slower, same verdict")
	fs.BoolVar(&h.reference, "reference", false, "use the plain interpreter: slow, the judge")
}

// registerLong declares the flags for programs that a plain search is not
// enough for.
func (h *search) registerLong(fs *pflag.FlagSet) {
	fs.IntVar(&h.all, "all", 0, "show every violation that differs in property or place,\nat most `N` (default 20)")
	fs.Lookup("all").NoOptDefVal = fmt.Sprint(mostViolations)
	fs.Int64Var(&h.simulate, "simulate", 0, "try `RUNS` random schedules instead of all (default 10,000)")
	fs.Lookup("simulate").NoOptDefVal = fmt.Sprint(checker.DefaultRuns)
	fs.Uint64Var(&h.seed, "seed", 1, "which schedules --simulate tries: the same with the same `N`")
	fs.IntVar(&h.maxDepth, "max-depth", checker.DefaultMaxDepth, "break a schedule of --simulate off after `N` steps")
	fs.Var(&h.part, "part", "search part `I/N` of what follows from the first states;\n'sweep plan --cut' lists all, 'merge' puts them together")
	fs.StringVar(&h.checkpoint, "checkpoint", "", "keep an unfinished search in `FILE`, and go on from it")
	fs.StringVar(&h.spill, "spill", "", "keep on the disk of `DIR` what --max-memory does not hold")
	fs.IntVar(&h.bits, "fingerprint", 0, "know a state by `BITS`, 64 or 128: less memory,\nand a chance, which is told, that one is missed")
	h.given = fs.Changed
}

// validate finds values that no flag type rejects.
func (h *search) validate() error {
	switch {
	case h.workers < 0:
		return fmt.Errorf("--workers must not be negative")
	case h.maxStates < 0:
		return fmt.Errorf("--max-states must not be negative")
	case h.timeLimit < 0:
		return fmt.Errorf("--time-limit must not be negative")
	case h.given == nil:
		return nil
	case h.given("all") && h.all <= 0:
		return fmt.Errorf("--all must be positive")
	case h.given("simulate") && h.simulate <= 0:
		return fmt.Errorf("--simulate must be positive")
	case h.maxDepth <= 0:
		return fmt.Errorf("--max-depth must be positive")
	case h.given("fingerprint") && h.bits != 64 && h.bits != 128:
		return fmt.Errorf("--fingerprint must be 64 or 128")
	case h.spill != "" && !isDir(h.spill):
		return fmt.Errorf("--spill: %s is no directory", h.spill)
	}
	return h.clash()
}

func isDir(name string) bool {
	st, err := os.Stat(name)
	return err == nil && st.IsDir()
}

// apart lists flags that make no sense together.
var apart = [][2]string{
	{"simulate", "reference"}, {"simulate", "max-states"}, {"simulate", "checkpoint"}, {"reference", "checkpoint"},
	{"simulate", "spill"}, {"reference", "spill"},
	{"all", "simulate"}, {"all", "checkpoint"},
	{"part", "simulate"}, {"part", "checkpoint"}, {"part", "fingerprint"}, {"part", "all"},
	{"fingerprint", "simulate"}, {"fingerprint", "reference"}, {"fingerprint", "checkpoint"}, {"fingerprint", "spill"},
}

// needed lists flags that make no sense without another.
var needed = [][2]string{
	{"seed", "simulate"}, {"max-depth", "simulate"},
}

// clash finds flags that do not go together.
func (h *search) clash() error {
	for _, f := range apart {
		if h.given(f[0]) && h.given(f[1]) {
			return fmt.Errorf("--%s and --%s do not go together", f[0], f[1])
		}
	}
	for _, f := range needed {
		if h.given(f[0]) && !h.given(f[1]) {
			return fmt.Errorf("--%s says nothing without --%s", f[0], f[1])
		}
	}
	return nil
}

// mostViolations is how many --all lists unless it says how many.
const mostViolations = 20

// memory is the limit of memory: the one given, or a share of what there is.
func (h *search) memory() int64 {
	if h.maxMemory > 0 {
		return h.maxMemory
	}
	return defaultMemory() / int64(max(h.atOnce, 1))
}

// commandLine is the command that asks q about a spec again.
func commandLine(spec string, q *question, h *search, from ...string) string {
	words := append([]string{"mmcheck", "check"}, from...)
	for _, d := range q.defines {
		words = append(words, "-D", quote(d))
	}
	for _, d := range h.include {
		words = append(words, "-I", quote(d))
	}
	words = append(words, q.flags()...)
	if h.maxStates > 0 {
		words = append(words, fmt.Sprintf("--max-states=%d", h.maxStates))
	}
	switch h.all {
	case 0:
	case mostViolations:
		words = append(words, "--all")
	default:
		words = append(words, fmt.Sprintf("--all=%d", h.all))
	}
	if h.part.of > 0 {
		words = append(words, "--part="+h.part.String())
	}
	if h.bits > 0 {
		words = append(words, fmt.Sprintf("--fingerprint=%d", h.bits))
	}
	if h.simulate > 0 {
		words = append(words, fmt.Sprintf("--simulate=%d", h.simulate), fmt.Sprintf("--seed=%d", h.seed))
		if h.maxDepth != checker.DefaultMaxDepth {
			words = append(words, fmt.Sprintf("--max-depth=%d", h.maxDepth))
		}
	}
	if len(from) == 0 {
		spec = quote(spec)
	}
	return strings.Join(append(words, spec), " ")
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// quote makes a word safe for a shell.
func quote(s string) string {
	if plainWord.MatchString(s) {
		return s
	}
	if model.Printable(s) != s {
		return "$'" + model.Printable(strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(s)) + "'"
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
