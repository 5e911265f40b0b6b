// SPDX-License-Identifier: MIT

// This file tests the checks of the properties through the shipped specs. Each
// check has a variant that breaks it and another that comes close: left out,
// the first is no longer violated; always failing, the second no longer holds.
// testdata/checks.txt lists them, a check by its property and its text.

package checker

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mmcheck/cfront"
	"mmcheck/checker/property"
	"mmcheck/model"
	"mmcheck/specs"
)

var updateChecks = flag.Bool("update-checks", false, "look for variants anew and rewrite testdata/checks.txt (minutes)")

const checksFile = "testdata/checks.txt"

// specVariant is a Result: line of a spec.
type specVariant struct {
	file, words, want string // words: macros and flags; want: verdict and property
	kernel            string // of the spec, unless the words name one
}

// shippedVariants lists the variants of all specs but the matrix of operations.
func shippedVariants(t *testing.T) (out []specVariant) {
	t.Helper()
	var files []string
	for _, dir := range []string{"rules", "seeds", "bugs"} {
		found, err := filepath.Glob("../specs/" + dir + "/*.c")
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		h := specs.ReadHeader(src)
		for _, r := range h.Results {
			want := strings.TrimSpace(r.Verdict + " " + r.Breaks)
			out = append(out, specVariant{strings.TrimPrefix(filepath.ToSlash(f), "../specs/"), r.Variant(), want, h.Kernel})
		}
	}
	return out
}

// build compiles a variant, and reads its flags.
func (v specVariant) build(t *testing.T) (*model.Program, Options) {
	t.Helper()
	src, err := os.ReadFile("../specs/" + v.file)
	if err != nil {
		t.Fatal(err)
	}
	c := cfront.Config{FS: specs.Include, Variants: specs.Variants(src), Kernel: v.kernel}
	o := Options{Workers: 1, MaxStates: mutantStates}
	for _, w := range strings.Fields(v.words) {
		name, value, _ := strings.Cut(w, "=")
		switch name {
		case "--kernel":
			c.Kernel = value
		case "--find":
			o.Find = Find(value)
		case "--property":
			o.Only = append(o.Only, value)
		case "--ignore":
			o.Ignore = append(o.Ignore, value)
		default:
			c.Define = append(c.Define, w)
		}
	}
	p, _, diags := cfront.Compile(c, filepath.Base(v.file), src)
	if p == nil {
		t.Fatalf("%s %s: %v", v.file, v.words, diags)
	}
	return p, o
}

// mutantStates bounds the search of a variant whose checks are spoilt.
const mutantStates = 200_000

// check judges a variant with spoilt checks: the verdict as a Result: line has
// it, and what was found.
func (v specVariant) check(t *testing.T, mutate func(*model.Check)) (string, *Result) {
	t.Helper()
	p, o := v.build(t)
	o.mutate = mutate
	r, err := Check(p, o)
	var start *model.InitError
	switch {
	case errors.As(err, &start):
		return "not started", nil
	case err != nil:
		t.Fatalf("%s %s: %v", v.file, v.words, err)
	case r.Finding != nil:
		return string(r.Verdict) + " " + r.Finding.Property.ID, r
	}
	return string(r.Verdict), r
}

// checkRow is a line of testdata/checks.txt.
type checkRow struct {
	prop, text         string // * stands for a name
	file, fires, spare string // the variants: one that breaks it, one that comes close
}

// noSpare is written where no run comes to the check and keeps it.
const noSpare = "-"

func (r checkRow) String() string {
	return strings.Join([]string{r.prop, r.text, r.file, r.fires, r.spare}, " | ")
}

func checkRows(t *testing.T) (out []checkRow) {
	t.Helper()
	text, err := os.ReadFile(checksFile)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), " | ")
		switch {
		case strings.HasPrefix(line, "#"):
		case len(f) != 5:
			t.Fatalf("%s: want five columns: %s", checksFile, line)
		default:
			out = append(out, checkRow{f[0], f[1], f[2], f[3], f[4]})
		}
	}
	return out
}

// named matches what of the text of a check the spec has named.
var named = []struct {
	rx *regexp.Regexp
	to string
}{
	{regexp.MustCompile(`^\S+ may be requested here`), "* may be requested here"},
	{regexp.MustCompile(`^.* triggered$`), "* triggered"},
	{regexp.MustCompile(`^contract broken: .*$`), "contract broken: *"},
	{regexp.MustCompile(`vma->\S+`), "vma->*"},
	{regexp.MustCompile(`^vma used while .* it stable$`), "vma used while * it stable"},
	{regexp.MustCompile(`^\S+ ends `), "* ends "},
	{regexp.MustCompile(`ends with \S+ held`), "ends with * held"},
	{regexp.MustCompile(`(use of freed|double free of|the vma tree of|while its) \S+`), "$1 *"},
	{regexp.MustCompile(`^free of \S+ while`), "free of * while"},
	{regexp.MustCompile(`leads to no .*$`), "leads to no *"},
	{regexp.MustCompile(`while holding \S+( of the same|, which)`), "while holding *$1"},
	{regexp.MustCompile(`^\S+ is never freed`), "* is never freed"},
	{regexp.MustCompile(`^.* and .* of .* at the same time$`), "* at the same time"},
	{regexp.MustCompile(`left to release \S+$`), "left to release *"},
}

// general is the text of a check without what the spec has named.
func general(text string) string {
	for _, n := range named {
		text = n.rx.ReplaceAllString(text, n.to)
	}
	return text
}

// spoil gives the checks of a kind another condition.
func spoil(prop, text string, bad model.Expr) func(*model.Check) {
	return func(c *model.Check) {
		if c.Prop == prop && general(c.Text) == text {
			c.Bad = bad
		}
	}
}

// stateProps are the properties that judge a state and not a step: a run that
// comes close does not pass by a check that could be made to fail.
var stateProps = map[string]bool{"deadlock": true, "leak": true, "tlb-stale": true, "data-race": true}

// Without a check, the variant that breaks it is no longer violated; or, since
// threads that wait in a circle wait for ever, with another deadlock. Where it
// always fails, the variant that comes close no longer holds.
func TestChecksAreNeeded(t *testing.T) {
	noRaces(t)
	if *updateChecks {
		t.Skip("rewritten just now")
	}
	for i, r := range checkRows(t) {
		if !everyCheck && i%rowsOutsideCI != 0 {
			continue
		}
		t.Run(r.prop+" "+r.text, func(t *testing.T) {
			fires := shipped(t, r.file, r.fires)
			if fires.want != "violated "+r.prop {
				t.Fatalf("%s %s: the Result: line says %s", r.file, r.fires, fires.want)
			}
			got, res := fires.check(t, spoil(r.prop, r.text, model.False))
			if got == fires.want && (res.Finding.Property != property.Deadlock || res.Finding.Text == r.text) {
				t.Errorf("%s %s: %s without the check as well", r.file, r.fires, got)
			}
			if r.spare == noSpare {
				return
			}
			spare := shipped(t, r.file, r.spare)
			if spare.want != "holds" {
				t.Fatalf("%s %s: the Result: line says %s", r.file, r.spare, spare.want)
			}
			if got, _ := spare.check(t, spoil(r.prop, r.text, model.True)); got == "holds" {
				t.Errorf("%s %s: holds though the check always fails", r.file, r.spare)
			}
		})
	}
}

// What judges states is noticed to be gone, or to say always that something is
// wrong, just the same.
func TestStateChecksAreNeeded(t *testing.T) {
	noRaces(t)
	const wrong = "mutated"
	for _, c := range []struct {
		prop                *property.Property
		file, fires, spare  string
		without, everywhere property.Property
	}{
		{property.Deadlock, "rules/abba.c", "BREAK", "KEEP",
			property.Property{Stuck: func(*model.Program, model.State, uint64, uint64) string { return "" }},
			property.Property{Stuck: func(*model.Program, model.State, uint64, uint64) string { return wrong }}},
		{property.Leak, "rules/leak.c", "BREAK", "KEEP",
			property.Property{Final: func(*model.Program, model.State) string { return "" }},
			property.Property{Final: func(*model.Program, model.State) string { return wrong }}},
		{property.VMATree, "rules/mapped_nowhere.c", "DROP", "KEEP",
			property.Property{Final: func(*model.Program, model.State) string { return "" }},
			property.Property{Final: func(*model.Program, model.State) string { return wrong }}},
		{property.RmapMiss, "rules/mapped_nowhere.c", "UNLINKED MM_RMAP=1", "LINKED MM_RMAP=1",
			property.Property{Final: func(*model.Program, model.State) string { return "" }},
			property.Property{Final: func(*model.Program, model.State) string { return wrong }}},
		{property.RefcountMisuse, "rules/page_freed.c", "COUNT", "COUNT KEEP",
			property.Property{Final: func(*model.Program, model.State) string { return "" }},
			property.Property{Final: func(*model.Program, model.State) string { return wrong }}},
		{property.TLBStale, "rules/tlb_flush.c", "NO_FLUSH", "GATHER",
			property.Property{Final: func(*model.Program, model.State) string { return "" }},
			property.Property{Final: func(*model.Program, model.State) string { return wrong }}},
		{property.DataRace, "rules/data_race.c", "PLAIN", "ONCE",
			property.Property{},
			property.Property{Pair: func(a, b model.Used) bool { return true }}},
	} {
		t.Run(c.prop.ID, func(t *testing.T) {
			defer func(p property.Property) { *c.prop = p }(*c.prop)
			judgeBy := func(m *property.Property) { c.prop.Stuck, c.prop.Final, c.prop.Pair = m.Stuck, m.Final, m.Pair }
			judgeBy(&c.without)
			if got, _ := shipped(t, c.file, c.fires).check(t, nil); got == "violated "+c.prop.ID {
				t.Errorf("%s %s: %s without the check as well", c.file, c.fires, got)
			}
			judgeBy(&c.everywhere)
			p, o := shipped(t, c.file, c.spare).build(t)
			r, err := Reference(p, o) // it asks in every state in which somebody waits
			if err != nil || r.Finding == nil || r.Finding.Property != c.prop {
				t.Errorf("%s %s: %v %v though the check always fails", c.file, c.spare, r, err)
			}
		})
	}
}

// everyCheck is set in CI: to compile all the specs takes a minute. Elsewhere
// only some rows are tested.
var everyCheck = os.Getenv("MMCHECK_CI") == "1"

const rowsOutsideCI = 10

// shipped finds a variant by its words.
func shipped(t *testing.T, file, words string) specVariant {
	t.Helper()
	for _, v := range shippedVariants(t) {
		if v.file == file && v.words == words {
			return v
		}
	}
	t.Fatalf("%s has no Result: line for '%s'", file, words)
	return specVariant{}
}

// unreachableCheck guards the chain of targets of a pointer to a scalar. The front
// end refuses programs that would get by all of them.
const unreachableCheck = "null-deref | pointer to a local variable of another thread"

// Every check of every spec is in the table.
func TestChecksAreListed(t *testing.T) {
	noRaces(t)
	if !everyCheck {
		t.Skip("takes half a minute: in CI")
	}
	rows := map[string]bool{}
	for _, r := range checkRows(t) {
		rows[r.prop+" | "+r.text] = true
	}
	for key, v := range emittedChecks(t) {
		if !rows[key] && key != unreachableCheck {
			t.Errorf("%s (in %s %s): no line in %s", key, v.file, v.words, checksFile)
		}
		delete(rows, key)
	}
	for key := range rows {
		if prop, _, _ := strings.Cut(key, " | "); !stateProps[prop] {
			t.Errorf("%s: in %s, but no spec has such a check", key, checksFile)
		}
	}
}

// emittedChecks lists the checks that are woven into the first variant of each
// spec, and one that has each.
func emittedChecks(t *testing.T) map[string]specVariant {
	t.Helper()
	out := map[string]specVariant{}
	last := ""
	for _, v := range shippedVariants(t) {
		if v.file == last {
			continue
		}
		last = v.file
		p, o := v.build(t)
		o.mutate = func(c *model.Check) {
			if key := c.Prop + " | " + general(c.Text); c.Bad != model.Expr(model.False) && out[key].file == "" {
				out[key] = v
			}
		}
		if _, err := seal(p, o); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// Look for variants that need each check.
func TestUpdateChecks(t *testing.T) {
	noRaces(t)
	if !*updateChecks {
		t.Skip("only with -update-checks")
	}
	all := shippedVariants(t)
	rows := map[string]checkRow{}
	for _, v := range all {
		prop, ok := strings.CutPrefix(v.want, "violated ")
		if !ok {
			continue
		}
		_, r := v.check(t, nil)
		if r == nil || r.Finding == nil {
			continue
		}
		text := general(r.Finding.Text)
		key := prop + " | " + text
		if old, known := rows[key]; known && (old.spare != noSpare || stateProps[prop] || prop == "assert") {
			continue
		}
		if got, _ := v.check(t, spoil(prop, text, model.False)); got == v.want {
			continue
		}
		spare := noSpare
		for _, n := range all {
			if n.file != v.file || n.want != "holds" || stateProps[prop] || prop == "assert" {
				continue
			}
			if got, _ := n.check(t, spoil(prop, text, model.True)); got != "holds" {
				spare = n.words
				break
			}
		}
		if _, known := rows[key]; !known || spare != noSpare {
			rows[key] = checkRow{prop, text, v.file, v.words, spare}
		}
	}
	var b strings.Builder
	b.WriteString(checksHead)
	for _, r := range slices.SortedFunc(maps.Values(rows), func(a, b checkRow) int {
		return cmp.Or(cmp.Compare(slices.Index(property.All, property.ByID(a.prop)), slices.Index(property.All, property.ByID(b.prop))), cmp.Compare(a.text, b.text))
	}) {
		fmt.Fprintln(&b, r)
	}
	if err := os.WriteFile(checksFile, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

const checksHead = `# Checks of properties: for each a variant that breaks it, and one that comes close (-: none does).
# property | text | spec | breaks it | comes close
`
