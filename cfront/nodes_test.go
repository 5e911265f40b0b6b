// SPDX-License-Identifier: MIT

package cfront

import (
	"slices"
	"testing"

	"modernc.org/cc/v4"

	"mmcheck/specs"
)

// TestNodeTokens compares the tokens of every node of a spec, and of the
// headers it reads, with what the parser's own function says.
func TestNodeTokens(t *testing.T) {
	const src = `#include <linux/mm.h>
#include <mmcheck.h>
static struct mm_struct mm;
static int x, a[3] = { 1, [2] = 2 };
INIT { mm_init(&mm); }
THREAD(one, &mm) {
	for (int i = 0; i < 2; i++)
		if (READ_ONCE(x) == a[i] && !(x ? 1 : 2))
			ATOMIC { WAIT_UNTIL(x); x = (int)sizeof(x) + -1; }
	switch (x) { case 1: break; default: goto out; }
	do { mmap_read_lock(&mm); } while (x--);
out:
	return;
}
`
	u, diags := parse(Config{FS: specs.Include}, "tokens.c", []byte(src))
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	nodes := allNodes(u.AST.TranslationUnit)
	if len(nodes) < 1000 {
		t.Fatalf("only %d nodes", len(nodes))
	}
	for _, n := range nodes {
		if got, want := nodeTokens(n), cc.NodeTokens(n); !slices.Equal(got, want) {
			t.Fatalf("%T at %v: %d tokens, the parser says %d", n, posOf(n), len(got), len(want))
		}
	}
}

// allNodes lists the nodes of the spec, and of every 7th declaration of the
// headers.
func allNodes(tu *cc.TranslationUnit) []cc.Node {
	var nodes []cc.Node
	var walk func(n cc.Node)
	walk = func(n cc.Node) {
		nodes = append(nodes, n)
		children(n, walk)
	}
	for n := 0; tu != nil; tu = tu.TranslationUnit {
		if n++; n%7 == 0 || posOf(tu.ExternalDeclaration).File == "tokens.c" {
			walk(tu.ExternalDeclaration)
		}
	}
	return nodes
}
