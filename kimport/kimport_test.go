// SPDX-License-Identifier: MIT

package kimport

import (
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

func TestDeclarations(t *testing.T) {
	f := parse("x.c", `/* a { comment */
#include <linux/a.h>
#define PLAIN	1
#define CALL(a, b...)	do { \
	a; } while (0)
typedef unsigned int __bitwise foo_t;
typedef int (*hook_t)(struct a *a);
struct a { int x; struct b { int y; } b; };
struct a;
enum e { ONE, TWO = (1 << 3), THREE };
extern struct a *first(struct a *a, int n);
int printer(const char *fmt, ...) __printf(1, 2);
static struct a *second(struct a *a)
	__acquires(&a->lock)
{
	if (a) { return a; }
	return NULL;
}
SYSCALL_DEFINE2(third, int, x, long, y)
{
	return x + y;
}
static __cacheline_aligned_in_smp DEFINE_SPINLOCK(fourth);
static int fifth = 3, sixth[2];
static const struct a seventh = { .x = 1, };
#ifdef CONFIG_X
int eighth(void) { return 1; }
#else
static inline int eighth(void) { return 0; }
#endif
EXPORT_SYMBOL(second);
`)
	var got []string
	for _, d := range f.Decls {
		got = append(got, string("fpvsetm"[d.Kind])+" "+strings.Join(d.Names, ","))
	}
	want := "m PLAIN|m CALL|t foo_t|t hook_t|s struct a|s struct b|e enum e,ONE,TWO,THREE|p first|p printer|f second|f sys_third,SYSCALL_DEFINE_third|v fourth|v fifth,sixth|v seventh|f eighth|f eighth"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
}

func TestConditions(t *testing.T) {
	e := &evaluator{value: func(name string) (string, bool) {
		v, ok := map[string]string{"CONFIG_A": "1", "N": "3", "M": "N", "LOOP": "LOOP"}[name]
		return v, ok
	}}
	for text, want := range map[string]int64{
		"defined(CONFIG_A)": 1, "defined CONFIG_B": 0, "IS_ENABLED(CONFIG_A) && !IS_ENABLED(CONFIG_B)": 1,
		"M == 3": 1, "N > 3 || (N << 1) == 6": 1, "LOOP": 0, "UNKNOWN(x, y) + 1": 1, "1 ? 2 : 3": 2,
		"KERNEL_VERSION(6, 4, 0)": 6<<16 + 4<<8, "0x10UL / 0": 0, "": 0, "((": 0, "-1 < 0": 1, "~0 & 5": 5,
	} {
		if got := e.number(text); got != want {
			t.Errorf("%s: %d, want %d", text, got, want)
		}
	}
}

func TestFind(t *testing.T) {
	tree := New(fstest.MapFS{
		"include/linux/a.h":        {Data: []byte("#ifndef _A_H\n#define _A_H\n#include <asm/b.h>\nint f(void);\n#ifndef has_g\n#define g() 0\n#endif\n#ifdef CONFIG_OFF\nint h(void);\n#else\nstatic inline int h(void) { return 2; }\n#endif\n#endif\n")},
		"arch/x86/include/asm/b.h": {Data: []byte("#define has_g has_g\n#define g() 1\n")},
		"mm/x.c":                   {Data: []byte("#include <linux/a.h>\nint f(void)\n{\n\treturn g();\n}\n")},
		"mm/y.c":                   {Data: []byte("/* lonely() */\nlong lonely(int x)\n{\n\treturn x;\n}\n")},
		"Makefile":                 {Data: []byte("VERSION = 6\nPATCHLEVEL = 1\n")},
		"mm/Makefile":              {Data: []byte("obj-$(CONFIG_X)\t+= w.o \\\n\tx.o\n")},
	}, map[string]string{})
	s := tree.Scope(tree.File("mm/x.c"))
	for name, want := range map[string]string{"f": "mm/x.c:2", "g": "arch/x86/include/asm/b.h:2", "h": "include/linux/a.h:11", "none": ""} {
		got := ""
		if d := s.Find(name); d != nil {
			got = d.File.Path + ":" + strconv.Itoa(d.Line)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if d := tree.Body("lonely", "fs", "mm"); d == nil || d.Line != 2 {
		t.Errorf("body of lonely: %v", d)
	}
	if v := tree.Version(); v != "6.1" {
		t.Errorf("version %s", v)
	}
	if b := tree.builtWith("mm/x.c"); len(b) != 1 || b[0] != "CONFIG_X" {
		t.Errorf("built with %v", b)
	}
	if _, err := tree.Read("../outside"); err == nil {
		t.Error("a file outside was read")
	}
}

// FuzzParse looks for text on which the reader of declarations fails.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "int x", "struct {", "f() {", "#if\n#else", "enum e { A = (", "typedef int (*f", "a(b) c(d) {}", "DEFINE_X(", "SYSCALL_DEFINE2(a", "\"", "/*", "extern \"C\""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		file := parse("x.c", src)
		s := New(fstest.MapFS{}, nil).Scope(file)
		for _, d := range file.Decls {
			signature(d, s.Active(d))
			locals(d, s.Active(d))
		}
	})
}
