// SPDX-License-Identifier: MIT

// This file tests what compiled code does, against a C compiler where there is
// one, and against state counts that were derived elsewhere.

package cfront

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"mmcheck/model"
)

// Every assert of semantics.c, ctypes.c and pointers.c holds, in the model as in an ordinary
// program.
func TestSemantics(t *testing.T) {
	for _, file := range []string{"semantics.c", "ctypes.c", "pointers.c"} {
		for _, keep := range []bool{false, true} {
			g := explore(t, compileFile(t, file), model.SealOptions{KeepDead: keep})
			if len(g.broken) != 0 || g.stuck != 0 || g.limits != 0 {
				t.Errorf("%s: violated: %v, %d stuck, %d limits", file, g.broken, g.stuck, g.limits)
			}
		}
	}
	g := explore(t, compileFile(t, "semantics.c", "BREAK"), model.SealOptions{})
	if got := slices.Collect(maps.Keys(g.broken)); !slices.Equal(got, []string{"assert(hits == 1) triggered"}) {
		t.Errorf("with a wrong assert: violated %v", got)
	}
}

// The twin of TestSemantics: is what is asserted there true of C at all?
func TestSemanticsOfC(t *testing.T) {
	gcc, err := exec.LookPath("gcc")
	if err != nil || testing.Short() {
		t.Skip("needs gcc")
	}
	for _, file := range []string{"semantics.c", "ctypes.c", "pointers.c"} {
		runOrdinary(t, gcc, file)
	}
}

// runOrdinary compiles a spec of testdata/lower as a program, and runs it.
func runOrdinary(t *testing.T, gcc, file string) {
	dir := t.TempDir()
	src := "#include \"native.h\"\n#include \"" + file + "\"\nint main(void) { all(); return 0; }\n"
	main, exe := filepath.Join(dir, "main.c"), filepath.Join(dir, "main")
	if err := os.WriteFile(main, []byte(src), 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(gcc, "-std=gnu11", "-w", "-fwrapv", "-Itestdata/lower", "-I../specs/include", main, "-o", exe)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := exec.Command(exe).CombinedOutput(); err != nil {
		t.Errorf("%s: %v: false: %s", file, err, out)
	}
}

// The populate races have sizes that other checkers agree on.
func TestPopulateFamily(t *testing.T) {
	for _, x := range []struct {
		define              []string
		states, transitions int
		large               bool
	}{
		{[]string{"P=1", "U=1", "M=1"}, 131, 222, false},
		{[]string{"K=2", "P=2", "U=1", "M=1", "F=1"}, 22464, 73184, true},
	} {
		if x.large && testing.Short() {
			continue
		}
		g := explore(t, compileFile(t, "populate.c", x.define...), model.SealOptions{KeepDead: true})
		if g.states != x.states || g.transitions != x.transitions || len(g.broken) != 0 || g.stuck != 0 {
			t.Errorf("%v: %d states, %d transitions, violated %v, %d stuck; want %d and %d, nothing violated or stuck",
				x.define, g.states, g.transitions, g.broken, g.stuck, x.states, x.transitions)
		}
	}
	g := explore(t, compileFile(t, "populate.c", "B=1", "U=1", "M=1"), model.SealOptions{KeepDead: true})
	if n := g.broken["assert(alloc[v] && gen[v] == g) triggered"]; n != 12 {
		t.Errorf("the buggy variant is violated by %d steps, want 12; violated %v", n, g.broken)
	}
}

// What cannot be lowered is reported where it stands.
func TestRejected(t *testing.T) {
	const file = "testdata/lower/rejected.c"
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p, _, diags := Compile(Config{FS: os.DirFS("../specs/include")}, file, src)
	if p != nil {
		t.Error("there is a program though there are errors")
	}
	want := expected(src)
	for _, d := range diags.Sorted() {
		i := slices.IndexFunc(want[d.Pos.Line], func(rx string) bool { return regexp.MustCompile(rx).MatchString(d.head()) })
		if i < 0 || d.Pos.File != file {
			t.Errorf("unexpected: %s", d.head())
			continue
		}
		want[d.Pos.Line] = slices.Delete(want[d.Pos.Line], i, i+1)
	}
	for line, rest := range want {
		for _, rx := range rest {
			t.Errorf("%s:%d: missing %s", file, line, rx)
		}
	}
}

// spec wraps code for specs that are written down in a test.
func spec(code string) []byte {
	return []byte("#include <linux/kernel.h>\n#include <linux/mm.h>\n#include <mmcheck.h>\n" + code)
}

func TestSteps(t *testing.T) {
	for _, x := range []struct {
		name, code string
		broken     []string
		states     int // 0: any number
	}{
		{"registers are no steps", `
			static int a;
			static int twice(int x) { int y = x; y += x; return y; }
			THREAD(t, NULL) { int i = 3; int *p = &i; *p = twice(i); if (i > 5 && !(i & 1)) a = i; }`, nil, 2},
		{"an increment is two steps", `
			static int a;
			THREADS(t, 2, NULL) { a++; }
			FINAL { assert(a == 2); }`, []string{"assert(a == 2) triggered"}, 0},
		{"constants are no steps", `
			static int a, limit = 4;
			static const struct pair { int x, y; } pair = { 1, 2 };
			THREAD(t, NULL) { if (limit == 4 && pair.y == 2) a = 1; }`, nil, 2},
		{"a local struct is private", `
			struct s { int x; };
			static int a;
			static void set(struct s *s) { s->x = 1; s->x++; }
			THREAD(t, NULL) { struct s l = { 0 }; set(&l); a = l.x; }`, nil, 2},
		{"a local struct that others can reach is not", `
			struct s { int x; };
			static struct s *shared;
			THREAD(t, NULL) { struct s l = { 2 }; shared = &l; l.x = 1; l.x = 2; }
			THREAD(u, NULL) { struct s *s = shared; if (s) assert(s->x != 1); }`, []string{"assert(s->x != 1) triggered"}, 0},
		{"nor is an array of them, by whichever element", `
			struct s { int x; };
			static struct s *shared;
			THREAD(t, NULL) { struct s l[2] = { 0 }; shared = &l[nondet(0, 1)]; l[1].x = 1; l[1].x = 2; }
			THREAD(u, NULL) { struct s *s = shared; if (s) assert(s->x != 1); }`, []string{"assert(s->x != 1) triggered"}, 0},
		{"a local scalar is a register until others can reach it", `
			static int *shared;
			THREAD(t, NULL) { int l = 0, other = 0, *p = &other; shared = &l; l = 1; *p = 1; l = 2; }
			THREAD(u, NULL) { int *s = shared; if (s) assert(*s != 1); }`, []string{"assert(*s != 1) triggered"}, 0},
		{"FINAL comes last", `
			static int a;
			THREAD(t, NULL) { a = 1; a = 2; a = 3; }
			FINAL { assert(a == 3); }`, nil, 6},
		{"a wait is a step, and its condition another none", `
			static int a, b;
			THREAD(t, NULL) { WAIT_UNTIL(a && b); assert(a); }
			THREAD(u, NULL) { b = 1; a = 1; }`, nil, 5},
		{"nondet tries every value", `
			THREAD(t, NULL) { int x = nondet(-1, 2); assert(x != -1); assert(x != 2); }`,
			[]string{"assert(x != -1) triggered", "assert(x != 2) triggered"}, 0},
		{"an index is checked", `
			static int a[3];
			THREAD(t, NULL) { a[nondet(0, 3)] = 1; }`, []string{"index out of bounds"}, 0},
		{"an index that gets nowhere is no error", `
			static int a[3];
			static void put(int i) { int l[2]; if (i < 3) a[i] = 1; if (i < 2) l[i] = a[i] / i; }
			THREAD(t, NULL) { put(2); put(7); if (sizeof(a) > 12) a[3] = 1 / 0; }`, nil, 0},
		{"one that gets there is", `
			static int a[3];
			static void put(int i) { if (i < 4) a[i] = 1; }
			THREAD(t, NULL) { put(3); }`, []string{"index out of bounds"}, 0},
		{"a divisor is checked", `
			static int a = 5;
			THREAD(t, NULL) { a /= nondet(0, 1); }`, []string{"division by zero"}, 0},
		{"and so is the quotient", `
			static int a = -2147483647 - 1, b = -1;
			static long l;
			THREAD(t, NULL) { l = a / -1L; a = a / (b - nondet(0, 1)); b %= -1; }`, []string{"division overflows"}, 0},
		{"a shift count is checked", `
			static int a = 1;
			static long l = 1;
			THREAD(t, NULL) { int n = 31; l = l << (n + 32) >> n; a = a << n; a >>= nondet(0, 1) - 1; }`, []string{"shift count out of range"}, 0},
		{"against the width of what is shifted", `
			static int a = 1;
			THREAD(t, NULL) { a <<= nondet(31, 32); a = sizeof(a) == 8 ? a << 40 : 1; }`, []string{"shift count out of range"}, 0},
		{"a shift that is large enough is none", `
			static long l = 1;
			THREAD(t, NULL) { unsigned char n = 63; l <<= n; l = (unsigned)l >> 31; }`, nil, 0},
		{"what is set on some way may be read", `
			static int a;
			static int get(int b) { int r; if (b) r = 1; return b ? r : 0; }
			THREAD(t, NULL) { int x, y, *p = &y, i; for (i = 0; i < 2; i++) { if (i) a = x; x = i; } *p = 1; a = y + get(a); }`, nil, 0},
		{"a macro may be the last word", `
			static int a;
			#define LAST THREAD(t, NULL) { a = 1; }
			LAST`, nil, 0},
		{"WARN_ON is an expression", `
			THREAD(t, NULL) { if (WARN_ON(nondet(0, 1))) BUG(); }`, []string{"WARN_ON(nondet(0, 1)) triggered"}, 0},
		{"a loop of register work ends every transition", `
			static int a;
			THREAD(t, NULL) { int i; for (i = 0; i < 5; i++) ; a = i; }`, nil, 0},
		{"INIT runs before", `
			struct s { struct s *next; int n; };
			static struct s *list;
			INIT { struct s *s = kzalloc(sizeof(*s), GFP_KERNEL); s->n = 4; list = s; }
			THREAD(t, NULL) { assert(list->n == 4 && current->mm == NULL); }`, nil, 0},
	} {
		t.Run(x.name, func(t *testing.T) {
			g := explore(t, compile(t, "spec.c", spec(x.code)), model.SealOptions{})
			if got := slices.Sorted(maps.Keys(g.broken)); !slices.Equal(got, x.broken) {
				t.Errorf("violated %q, want %q", got, x.broken)
			}
			if x.states != 0 && g.states != x.states || g.stuck != 0 {
				t.Errorf("%d states, %d stuck, want %d and 0", g.states, g.stuck, x.states)
			}
		})
	}
}

// The life of a pointer goes where the pointer goes.
func TestLives(t *testing.T) {
	const head = `
		struct s { struct s *next; int n; };
		MM_POOL(s, 3);
		static struct s *list;
		static struct s *make(struct s *next) { struct s *s = kzalloc(sizeof(*s), GFP_KERNEL); s->next = next; return s; }
		static struct s *__maybe_unused same(struct s *s) { s = s; return s; }
		THREAD(t, NULL) { struct s *a = make(NULL), *b = make(a), *c = make(b), **pp; list = c; `
	for _, x := range []struct {
		name, code string
		dead       bool
	}{
		{"alive", `b->n = a->n;`, false},
		{"freed", `kfree(a); a->n = 1;`, true},
		{"copied before", `struct s *d = a; kfree(a); d->n = 1;`, true},
		{"copied after", `kfree(a); struct s *d = same(a); d->n = 1;`, true},
		{"chosen", `kfree(a); struct s *d = c->next ? a : b; d->n = 1;`, true},
		{"chosen, plain", `kfree(a); struct s *d = a ?: b; d->n = 1;`, true},
		{"chosen, other", `kfree(a); struct s *d = c ? b : a; d->n = 1;`, false},
		{"loaded", `kfree(a); b->next->n = 1;`, true},
		{"stored and loaded", `kfree(a); list = a; list->n = 1;`, true},
		{"walked", `kfree(a); while (c) { c->n = 1; c = c->next; }`, true},
		{"walked, but not yet there", `kfree(a); c = c->next; c->n = 1;`, false},
		{"walked, not that far", `kfree(c); while (b) { b->n = 1; b = b->next; }`, false},
		{"behind a pointer", `pp = &b->next; kfree(a); (*pp)->n = 1;`, true},
		{"behind a chosen pointer", `kfree(a); pp = nondet(0, 1) ? &a : &list; (*pp)->n = 1;`, true},
		{"handed out again", `kfree(a); make(c)->n = 1;`, false},
		{"compared only", `kfree(a); if (a == b || !a) b->n = 1;`, false},
		{"copied with its struct", `kfree(a); *c = *b; c->next->n = 1;`, true},
		{"overwritten", `kfree(a); a = b; a->n = 1;`, false},
	} {
		t.Run(x.name, func(t *testing.T) {
			g := explore(t, compile(t, "spec.c", spec(head+x.code+" }")), model.SealOptions{Expand: deadAccess})
			if got := g.broken["dead"] != 0; got != x.dead || g.states < 5 {
				t.Errorf("violated %v in %d states, want use of a dead pointer: %v", g.broken, g.states, x.dead)
			}
		})
	}
}

// deadAccess checks that no access is made through a dangling pointer.
func deadAccess(_ *model.Program, _ *model.Thread, e *model.Event) []model.Stmt {
	if e.Kind != model.Access || e.Life == nil {
		return nil
	}
	return []model.Stmt{model.Check{Prop: "dead", Text: "dead", Bad: model.Eq(e.Life, model.Const(model.LifeDead))}}
}

func TestSettings(t *testing.T) {
	p := compile(t, "spec.c", []byte("#define MM_TASK_PAGES 3\n"+string(spec(`
		struct s { int x; };
		MM_POOL(s, 5);
		static struct mm_struct mm;
		INIT { mm_init(&mm); }
		THREAD(one, &mm) { struct s *s = kmalloc(sizeof(*s), GFP_KERNEL); kfree(s); mt_lookup(&mm.mm_mt, 0); }
		THREADS(many, 2, NULL) { cond_resched(); }
		FINAL { }`))))
	var names []string
	for _, th := range p.Threads {
		names = append(names, th.Name)
	}
	if want := []string{"one", "many#1", "many#2", "FINAL"}; !slices.Equal(names, want) || !p.Threads[3].Final {
		t.Errorf("threads %v, want %v", names, want)
	}
	if want := []string{"5 struct s", "3 pages"}; p.TaskPages != 3 || !slices.Equal(p.Bounds, want) {
		t.Errorf("%d pages, bounds %v, want 3 and %v", p.TaskPages, p.Bounds, want)
	}
}
