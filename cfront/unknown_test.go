// SPDX-License-Identifier: MIT

package cfront

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// libraryConfig is that of the shipped headers.
func libraryConfig() Config { return Config{FS: os.DirFS("../specs/include")} }

// advised is C that a note offers.
var advised = regexp.MustCompile(`'((?:#define|typedef) .*)'`)

// TestAdvice follows the advice that comes with an unknown name: then it is known.
func TestAdvice(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"frob_t", "static frob_t x;"},
		{"frob_t", "frob_t x;"},
		{"frob_t", "static frob_t *x;"},
		{"frob_t", "typedef frob_t mine_t;"},
		{"frob_t", "struct s2 { frob_t a; int b; };"},
		{"frob_t", "static frob_t f(void) { return 0; }"},
		{"frob_t", "static int f(int a, frob_t *b) { return !b; }"},
		{"frob_t", "static void f(void) { frob_t k = 1; BUG_ON(k != 1); }"},
		{"frob_t", "static void f(void) { frob_t *k; k = NULL; }"},
		{"frob_t", "static void f(void) { frob_t *k = NULL; }"},
		{"frob_t", "static unsigned long f(int x) { return (frob_t)x; }"},
		{"frob_t", "static unsigned long f(void) { return sizeof(frob_t *); }"},
		{"__frob", "__frob int x;"},
		{"__frob", "static __frob int x;"},
		{"__frob", "static int __frob x;"},
		{"__frob", "static int x __frob;"},
		{"__frob", "static int x __frob = 1;"},
		{"__frob", "static int x[2] __frob;"},
		{"__frob", "static int f(char __frob *p) { return !p; }"},
		{"__frob", "static __frob int f(void) { return 1; }"},
		{"__frob", "static int __frob f(void) { return 1; }"},
		{"__frob", "static struct s * __frob f(void) { return NULL; }"},
		{"frobinline", "static frobinline u32 f(void) { return 1; }"},
		{"__frob", "static int f(void) __frob;"},
		{"__frob", "static int f(void) __frob(x);"},
		{"__frob", "static int f(void) __frob { return 1; }"},
		{"__frob", "static int f(void) __frob(x) { return 1; }"},
		{"__frob", "struct s2 { int x __frob; int y; };"},
		{"FROB_LICENSE", "FROB_LICENSE(\"none\");"},
		{"frob_init", "static int f(void) { return 0; }\nfrob_init(f)\nstatic int y;"},
		{"frob_init", "static int f(void) { return 0; }\nfrob_init(f);"},
		{"for_each_frob", "static void f(int a, int b) { for_each_frob(a, b) { cond_resched(); } }"},
		{"for_each_frob", "static void f(struct s *a) { for_each_frob(a, struct s, brk) { cond_resched(); } }"},
		{"for_each_frob", "static void f(int a, int b) { if (a) for_each_frob(a, b) { cond_resched(); } }"},
		{"for_each_frob", "static void f(int a, int b) { for_each_frob(a, b)\n cond_resched(); }"},
		{"FROB", "static void f(void) { FROB { cond_resched(); } }"},
		{"FROB", "static void f(void) { FROB cond_resched(); }"},
		{"frob_likely", "static int f(int a) { if frob_likely(a) return 1; return 0; }"},
		{"frob_cmp", "static int f(int a) { return frob_cmp(a, >=, 3); }"},
		{"frob_entry", "static int f(struct s *m) { return frob_entry(m, struct s, brk); }"},
		{"frob", "static void f(int a) { frob(a); }"},
		{"frob", "static int f(int a) { if (frob(a) || a) return frob(a); return 0; }"},
		{"frob", "static struct s *f(int a) { struct s *m = frob(a); m = frob(a + 1); return m; }"},
		{"frob", "int frob(int a);\nstatic void f(int a) { if (frob(a)) return; }"},
		{"frob", "void frob(int a);\nstatic void f(int a) { frob(a); }"},
		{"frob", "struct s *frob(int a);\nstatic void f(int a) { struct s *m = frob(a); BUG_ON(m); }"},
	} {
		spec := func(before string) string {
			return "#include <mmcheck.h>\nstruct s { int brk; };\n" + before + c.text + "\nTHREAD(t, NULL) { }\n"
		}
		_, _, diags := Compile(libraryConfig(), "a.c", []byte(spec("")))
		first := ""
		var lines []string
		for _, d := range diags.Sorted() {
			if d.Severity == Error && first == "" {
				first = d.Text
			}
			for _, n := range d.Notes {
				if m := advised.FindStringSubmatch(n.Text); m != nil {
					lines = append(lines, m[1])
				}
			}
		}
		if !strings.Contains(first, "'"+c.name+"'") || len(lines) != 1 {
			t.Errorf("%s\n%v\nwant %s first, and C to paste: %q", c.text, diags, c.name, lines)
			continue
		}
		text := spec(lines[0] + "\n")
		if strings.HasPrefix(c.text, "int frob(") || strings.Contains(c.text, " *frob(int a);") || strings.HasPrefix(c.text, "void frob(") { // "behind the prototype"
			text = strings.Replace(spec(""), ";\nstatic void f", ";\n"+lines[0]+"\nstatic void f", 1)
		}
		if _, _, diags = Compile(libraryConfig(), "a.c", []byte(text)); diags.HasErrors() {
			t.Errorf("%s\nwith the advice %s:\n%v", c.text, lines[0], diags)
		}
	}
}

// TestMissingHeader misses something of a header that is taken as empty, and has an own
// header of that name.
func TestMissingHeader(t *testing.T) {
	src := []byte("#include <linux/frob.h>\n#include <mmcheck.h>\nTHREAD(t, NULL) { frob(); }\n")
	_, _, diags := Compile(libraryConfig(), "a.c", src)
	if text := diags.Error(); !strings.Contains(text, "<linux/frob.h> is taken as empty") || !strings.Contains(text, "'frob'") {
		t.Errorf("got %s", text)
	}
	cfg := libraryConfig()
	cfg.Include = []string{t.TempDir()}
	put(t, cfg.Include[0], map[string]string{filepath.Join("linux", "frob.h"): "static inline void frob(void) { }\n"})
	if _, _, diags = Compile(cfg, "a.c", src); diags.HasErrors() {
		t.Error(diags)
	}
}

// TestMissingMember does what the note says about a member: the macro that adds it.
func TestMissingMember(t *testing.T) {
	src := "#include <linux/mm.h>\n#include <mmcheck.h>\nstatic struct mm_struct mm;\nTHREAD(t, &mm) { WRITE_ONCE(mm.frob, 1); }\n"
	_, _, diags := Compile(libraryConfig(), "a.c", []byte(src))
	if text := diags.Error(); !strings.Contains(text, "no member named 'frob'") || len(diags[0].Notes) != 1 {
		t.Fatalf("got %s", text)
	}
	advice := regexp.MustCompile(`'(#define [^']*)'`).FindStringSubmatch(diags[0].Notes[0].Text)
	if advice == nil {
		t.Fatalf("no advice in %s", diags[0].Notes[0].Text)
	}
	if _, _, diags = Compile(libraryConfig(), "a.c", []byte(advice[1]+"\n"+src)); diags.HasErrors() {
		t.Error(diags)
	}
}
