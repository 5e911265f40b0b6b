// SPDX-License-Identifier: MIT

package repair

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// dump writes the structure of a statement down: its kind, with those in it.
func dump(st *Stmt) string {
	kinds := [...]string{Simple: "simple", Declaration: "declaration", Jump: "jump", Block: "block", If: "if", Loop: "loop"}
	if len(st.Kids) == 0 {
		return kinds[st.Kind]
	}
	var kids []string
	for _, k := range st.Kids {
		kids = append(kids, dump(k))
	}
	return kinds[st.Kind] + "(" + strings.Join(kids, " ") + ")"
}

// Each form of statement is read as what it is, and ends where it does.
func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"x = 1; y(2);":                                     "simple simple",
		"struct item *p, *q; int n = 3;":                   "declaration declaration",
		"vm_flags_t flags;":                                "declaration",
		"x * y;":                                           "simple",
		"if (a) b(); c();":                                 "if(simple) simple",
		"if (a) { b(); } else c();":                        "if(block(simple) simple)",
		"if (a) b(); else if (c) d();":                     "if(simple if(simple))",
		"while (a) b();":                                   "loop(simple)",
		"for (int i = 0; i < 2; i++) { b; }":               "loop(block(simple))",
		"do { a(); } while (b); c();":                      "loop(block(simple)) simple",
		"for_each_vma(vmi, v) f(v); g();":                  "loop(simple) simple",
		"scoped_guard(mutex, &m) { f(); }":                 "loop(block(simple))",
		"ATOMIC { n++; } f();":                             "loop(block(simple)) simple",
		"switch (a) { case 1: b(); break; default: c(); }": "loop(block(jump simple jump jump simple))",
		"retry: f(); goto retry;":                          "jump simple jump",
		"return (struct item){ 1 }.n;":                     "jump",
	} {
		src := "void f(int a)\n{\n" + text + "\n}\n"
		s := Parse("f.c", src, src)
		if len(s.Functions) != 1 {
			t.Fatalf("%s: %d functions", text, len(s.Functions))
		}
		if got := strings.TrimSuffix(strings.TrimPrefix(dump(s.Functions[0].Body), "block("), ")"); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// Functions, threads and system calls go by their names.
func TestFunctions(t *testing.T) {
	const src = `
static int n = 3, list[] = { 1, 2 };
struct item { int x; };
static struct ops ops = { .open = f };
static int __must_check f(int a) { return g(a); }
SYSCALL_DEFINE1(brk, unsigned long, brk) { return f(brk); }
int declared(void);
INIT { n = 4; }
THREAD(one, &mm) { sys_brk(3); }
THREADS(two, 2, NULL) { n++; }
`
	var names []string
	s := Parse("f.c", src, src)
	for _, f := range s.Functions {
		names = append(names, f.Name)
	}
	if got := strings.Join(names, " "); got != "f sys_brk one two" {
		t.Error(got)
	}
	names = nil
	for _, f := range s.Called("one") {
		names = append(names, f.Name)
	}
	if got := strings.Join(names, " "); got != "one sys_brk f" {
		t.Error(got)
	}
}

// ruleCase is a text and a change of it that a rule has to propose.
type ruleCase struct {
	rule       func(*Place) []*Proposal
	body, what string
	want       string // "" if nothing may be proposed
}

var ruleCases = []ruleCase{
	{downgrade, "mmap_write_unlock(mm);\n\tmmap_read_lock(mm);\n\tf();\n\tmmap_read_unlock(mm);\n", "downgrade mmap_lock in t() instead of dropping it", "mmap_write_downgrade(mm);\n\tf();\n\tmmap_read_unlock(mm);\n"},
	{downgrade, "mmap_write_unlock(mm);\n\tif (x)\n\t\tlocked(mm);\n", "downgrade mmap_lock in t() instead of dropping it", "mmap_write_downgrade(mm);\n\tif (x)\n\t\tlocked(mm);\n\telse\n\t\tmmap_read_unlock(mm);\n"},
	{downgrade, "up_write(&s);\n\tf();\n\treturn;\n", "downgrade &s in t() instead of dropping it until line 8", "downgrade_write(&s);\n\tf();\n\tup_read(&s);\n\treturn;\n"},
	{noDowngrade, "downgrade_write(&s);\n\tf();\n\tup_read(&s);\n", "do not downgrade &s in t()", "f();\n\tup_write(&s);\n"},
	{keepLocked, "mutex_unlock(&m);\n\tf();\n\tmutex_lock(&m);\n", "keep &m in t()", "f();\n"},
	{later, "mutex_unlock(&m);\n\tf();\n", "move mutex_unlock(&m); behind line 7", "f();\n\tmutex_unlock(&m);\n"},
	{later, "fput(file); f(file);\n", "move fput(file); behind line 6", "; f(file); fput(file);\n"},
	{earlier, "f();\n\tmutex_lock(&m);\n", "move mutex_lock(&m); before line 6", "mutex_lock(&m);\n\tf();\n"},
	{forWriting, "down_read(&s);\n\tf();\n\tup_read(&s);\n", "take down_write for writing in t()", "down_write(&s);\n\tf();\n\tup_write(&s);\n"},
	{lookUpAgain, "v = find_vma(mm, a);\n\tmmap_read_lock(mm);\n\tf(v);\n", "look v up again behind line 7", "v = find_vma(mm, a);\n\tmmap_read_lock(mm);\n\tv = find_vma(mm, a);\n\tif (v)\n\t\tf(v);\n"},
	{addressOrder, "spin_lock(a);\n\tspin_lock_nested(b, 1);\n", "take a and b in the order of their addresses", "} else {\n\t\tspin_lock(b);\n\t\tspin_lock_nested(a, 1);\n\t}\n"},
	{addressOrder, "spin_lock(a);\n\tmutex_lock(b);\n", "", ""},
	{addressOrder, "spin_lock(a);\n\tspin_lock(b);\n", "take a and b in the order of their addresses", "if (a < b) {\n\t\tspin_lock(a);\n\t\tspin_lock(b);\n\t} else {\n\t\tspin_lock(b);\n\t\tspin_lock(a);\n\t}\n"},
	{keepReference, "drop(mm);\n\tuse(file);\n", "hold a reference to file from line 6 to line 7", "get_file(file);\n\tdrop(mm);\n\tuse(file);\n\tfput(file);\n"},
	{startWrite, "f(v);\n", "write-lock v before line 6", "vma_start_write(v);\n\tf(v);\n"},
	{test, "file = g();\n\tuse(file);\n", "use file only if it is not NULL", "file = g();\n\tif (file)\n\t\tuse(file);\n"},
	{swap, "a = 1;\n\tb = 2;\n", "put b = 2; before a = 1;", "b = 2;\n\ta = 1;\n"},
	{unlockBefore, "mutex_lock(&m);\n\tif (x)\n\t\treturn;\n\tmutex_unlock(&m);\n", "give up &m before line 8", "if (x) {\n\t\tmutex_unlock(&m);\n\t\treturn;\n\t}\n\tmutex_unlock(&m);\n"},
	{unlockBefore, "mutex_lock(&m);\n\tif (x) {\n\t\tf();\n\t\treturn;\n\t}\n\tmutex_unlock(&m);\n", "give up &m before line 9", "\t\tf();\n\t\tmutex_unlock(&m);\n\t\treturn;\n\t}\n\tmutex_unlock(&m);\n"},
	{onceOnly, "f();\n\tup_read(&s);\n", "leave out up_read(&s); in line 7", "f();\n"},
	{onceOnly, "f();\n\tfput(file);\n", "", ""},
	{lockFirst, "f();\n\tup_read(&s);\n", "take &s for reading before line 6", "down_read(&s);\n\tf();\n\tup_read(&s);\n"},
	{lockAround, "near();\n", "take &other around lines 6 to 6", "spin_lock(&other);\n\tnear();\n\tspin_unlock(&other);\n"},
	{lockAround, "spin_lock(&other);\n\tspin_unlock(&other);\n\tnear();\n", "", ""},
	{markAccess, "near = 1;\n", "mark the store in line 6", "WRITE_ONCE(near, 1);\n"},
}

func TestRules(t *testing.T) {
	tested := map[uintptr]bool{}
	for _, c := range ruleCases {
		const head = "void locked(struct mm_struct *mm) { mmap_read_lock(mm); f(); mmap_read_unlock(mm); }\nvoid g(void) { spin_lock(&other); spin_unlock(&other); }\nTHREAD(t, NULL)\n{\n\tstruct file *file; struct vm_area_struct *v; int x;\n\t"
		src := head + c.body + "}\n"
		s := Parse("f.c", src, src)
		p := &Place{Source: s, Functions: s.Called(), Lines: []int{6, 8}}
		tested[reflect.ValueOf(c.rule).Pointer()] = true
		var got []string
		found := c.what == ""
		for _, pr := range c.rule(p) {
			text := strings.TrimSuffix(strings.TrimPrefix(pr.Apply(src), head), "}\n")
			got = append(got, fmt.Sprintf("%s:\n%s", pr, pr.Diff("f.c", src)))
			found = found || pr.String() == c.what && strings.HasSuffix(text, c.want)
		}
		if !found || c.what == "" && len(got) > 0 {
			t.Errorf("%s\nwant %s:\n%s\ngot %s", c.body, c.what, c.want, strings.Join(got, "\n"))
		}
	}
	for _, r := range rules {
		if p := reflect.ValueOf(r).Pointer(); !tested[p] {
			t.Errorf("%s has no test", runtime.FuncForPC(p).Name())
		}
	}
}

// A byte behind an edit is where it was, one of the edit is new.
func TestOrigin(t *testing.T) {
	p := &Proposal{Edits: []Edit{edit(2, 4, "xyz"), edit(6, 6, "new")}}
	text := p.Apply("0123456789")
	if text != "01xyz45new6789" {
		t.Fatal(text)
	}
	for i, want := range []int{0, 1, -1, -1, -1, 4, 5, -1, -1, -1, 6, 7, 8, 9} {
		if got := p.Origin(i); got != want {
			t.Errorf("byte %d comes from %d, want %d", i, got, want)
		}
	}
}

// Changes in each other's way are no change.
func TestOverlap(t *testing.T) {
	p := &Proposal{Edits: []Edit{edit(1, 4, "a"), edit(2, 5, "b")}}
	if got := p.Apply("0123456"); got != "" {
		t.Error(got)
	}
}
