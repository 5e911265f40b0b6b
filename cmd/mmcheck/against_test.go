// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"mmcheck/adversary"
	"mmcheck/specs"
)

// TestAdversariesAreListed: what the headers have and what the lists have is the same.
func TestAdversariesAreListed(t *testing.T) {
	for header, want := range map[string][]string{"mm/ops.h": nil, "mm/shapes.h": nil} {
		macro := "OPERATION"
		if header == "mm/ops.h" {
			for _, o := range adversary.Operations {
				want = append(want, o.Name)
			}
		} else {
			macro = "SHAPE"
			for _, s := range adversary.Shapes {
				want = append(want, s.Name)
			}
		}
		text, err := fs.ReadFile(specs.Include, header)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range regexp.MustCompile(`(?m)^`+macro+`\((\w+)\)$`).FindAllStringSubmatch(string(text), -1) {
			got = append(got, m[1])
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s has %q, the list %q", header, got, want)
		}
	}
}

// TestAdversariesCompile: every operation and every shape compiles with a spec, with a
// reverse mapping and without.
func TestAdversariesCompile(t *testing.T) {
	for _, rmap := range []string{"", "#define MM_RMAP 1\n"} {
		for _, kernel := range []string{"5.12", "6.12", "7.1"} {
			if rmap != "" && kernel != "6.12" {
				continue // takes long
			}
			file := filepath.Join(t.TempDir(), "look.c")
			text := rmap + `#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct mm;

THREAD(look, NULL)
{
	mmap_read_lock(&mm);
	mmap_read_unlock(&mm);
}
`
			if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
			sp, _, err := readSpec(file)
			if err != nil {
				t.Fatal(err)
			}
			c := &checkCommand{session: &session{ctx: context.Background()}, against: "auto", quiet: true}
			c.question.kernel = kernel
			c.search.maxStates = 1
			k := c.newContest(sp, adversary.Operations, false)
			if err := k.open(); err != nil {
				t.Fatal(err)
			}
			for i, shape := range adversary.Shapes {
				if !k.isTrue[shape.When] || kernel != "6.12" && shape.Name != "heap" {
					continue
				}
				a := &arena{contest: k, shape: &adversary.Shapes[i], at: 0x1000}
				var threads []adversary.Thread
				if shape.Name == "heap" {
					if a.choose(); len(a.ops) < 10 {
						t.Errorf("only %d operations", len(a.ops))
					}
					threads = []adversary.Thread{{Ops: a.ops, Ranges: []adversary.Range{{Start: 0x1000, End: 0x3000}}}}
				}
				answer, err := a.ask(nil, k.scene.Text, k.search, threads...)
				if err != nil || answer.res == nil {
					t.Errorf("%s %s %s: %v %v", rmap, kernel, shape.Name, err, answer.diags)
				}
			}
		}
	}
}
