// SPDX-License-Identifier: MIT

package adversary

import (
	"slices"
	"strings"
	"testing"
)

const spec = `#include <linux/mm.h>
static struct mm_struct mm;
#ifdef NEVER
INIT { }
#endif
THREAD(reader, &mm)
{
	find_vma(&mm, 0x3000);
}
THREAD(kernel, NULL) { mmput(&mm); }
`

// active is spec as the preprocessor leaves it.
var active = strings.Replace(strings.Replace(spec, "INIT { }", "        ", 1), "#include <linux/mm.h>", "                     ", 1)

func TestRead(t *testing.T) {
	s, err := Read(spec, active)
	if err != nil {
		t.Fatal(err)
	}
	if s.MM != "&mm" || s.Init || s.Final || s.Outside || s.Heap {
		t.Errorf("%+v", s)
	}
	if got := s.Places(); !slices.Equal(got, []int64{0x1000, 0x3000}) {
		t.Errorf("places %#x", got)
	}
	for text, want := range map[string]string{
		"INIT { }\n":             "no THREAD",
		"THREAD(t, NULL) { }\n":  "which mm_struct",
		"struct mm_struct a, b;": "no THREAD",
	} {
		if _, err := Read(text, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	kernel := "static struct mm_struct init_mm;\nTHREAD(t, NULL) { }\n"
	if s, err := Read(kernel, kernel); err != nil || s.MM != "&init_mm" || !s.Outside {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestHas(t *testing.T) {
	s, err := Read(spec, active)
	if err != nil {
		t.Fatal(err)
	}
	heap := &Shape{Name: "heap", Heap: true}
	for _, c := range []struct {
		o     Operation
		shape *Shape
		want  bool
	}{
		{Operation{Name: "munmap"}, nil, true},
		{Operation{Name: "exit", Last: true}, nil, false},
		{Operation{Name: "brk_grow", Heap: true}, nil, false},
		{Operation{Name: "brk_grow", Heap: true}, heap, true},
		{Operation{Name: "willneed", With: "MM_FILE_REF"}, heap, false},
		{Operation{Name: "willneed", With: "MM_FILE_REF"}, &Shape{Needs: []string{"MM_FILE_REF"}}, true},
	} {
		if got, why := s.Has(c.o, c.shape, false); got != c.want || (why == "") != c.want {
			t.Errorf("%s in %v: %v (%s)", c.o.Name, c.shape, got, why)
		}
	}
}

// TestOwn: what a spec has in the place of a function may be a part of it only, and is
// raced with only if that is asked for by name.
func TestOwn(t *testing.T) {
	grow := Operation{Name: "brk_grow", Calls: "sys_brk"}
	for text, want := range map[string]bool{
		"SYSCALL_DEFINE1(brk, unsigned long, brk)\n{\n\treturn 0;\n}\n": false,
		"static long sys_brk(unsigned long brk)\n{\n\treturn 0;\n}\n":   false,
		"static long f(void)\n{\n\treturn sys_brk(0);\n}\n":             true,
		"": true,
	} {
		text += spec
		s, err := Read(text, text)
		if err != nil {
			t.Fatal(err)
		}
		if got, why := s.Has(grow, nil, false); got != want {
			t.Errorf("%s: %v (%s)", text, got, why)
		}
		if got, _ := s.Has(grow, nil, true); !got {
			t.Errorf("%s: not even by name", text)
		}
	}
}

// TestBaseline: the threads are no threads, and all lines stay where they are.
func TestBaseline(t *testing.T) {
	s, err := Read(spec, active)
	if err != nil {
		t.Fatal(err)
	}
	got := s.Baseline()
	if threadRE.MatchString(got) {
		t.Errorf("a thread is left:\n%s", got)
	}
	for i, line := range strings.Split(spec, "\n") {
		if strings.HasPrefix(line, "\t") && strings.Split(got, "\n")[i] != line {
			t.Errorf("line %d moved:\n%s", i+1, got)
		}
	}
}

func TestCompose(t *testing.T) {
	s, err := Read(spec, active)
	if err != nil {
		t.Fatal(err)
	}
	two := []Operation{{Name: "munmap"}, {Name: "reap", Needs: "MM_OOM"}}
	c := s.Compose(s.Text, &Shape{Name: "anon", Needs: []string{"MM_X"}}, 0x2000, Thread{two, []Range{{0x2000, 0x4000}}}, Thread{two[:1], []Range{{0x2000, 0x4000}}})
	for _, want := range []string{
		"INIT { shape_anon(0x2000UL); }",
		"static int ops_chosen1;\nTHREAD(adversary1, &mm)\n",
		"case 1: op_reap(start, len); break;",
		"THREAD(munmap_2, &mm) { op_munmap(0x2000UL, 0x2000UL); }",
		"FINAL { ops_final(); }",
	} {
		if !strings.Contains(c.Text, want) {
			t.Errorf("no %q in\n%s", want, c.Text)
		}
	}
	if !slices.Equal(c.Defines, []string{"MM_OOM=1", "MM_X=1"}) {
		t.Errorf("defines %q", c.Defines)
	}
}

func TestNamed(t *testing.T) {
	ops, err := Named("fork,munmap,fork")
	if err != nil || len(ops) != 2 || ops[0].Name != "fork" || ops[1].Name != "munmap" {
		t.Errorf("%v, %v", ops, err)
	}
	if _, err := Named("munmap,"); err == nil {
		t.Error("an empty name is no error")
	}
}
