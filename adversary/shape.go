// SPDX-License-Identifier: MIT

// This file lists the address spaces that a spec without INIT is tried in.

package adversary

// Shape is shape_NAME() of <mm/shapes.h>.
type Shape struct {
	Name  string
	Doc   string
	Needs []string // macros that ask the model for what it needs
	When  string   // the preprocessor condition under which there is one; "" is always
	Heap  bool     // has an mm->brk
}

// Shapes lists them in the order in which they are tried.
var Shapes = []Shape{
	{Name: "empty", Doc: "nothing is mapped"},
	{Name: "anon", Doc: "an anonymous VMA of two pages"},
	{Name: "heap", Doc: "a heap of two pages", Heap: true},
	{Name: "locked", Doc: "a heap after mlockall(MCL_FUTURE)", Heap: true},
	{Name: "neighbours", Doc: "two anonymous VMAs with different rights"},
	{Name: "stack", Doc: "a stack of one page"},
	{Name: "shared", Doc: "two pages of a file, shared", Needs: []string{"OPS_FILE", "MM_FILE_REF"}},
	{Name: "private", Doc: "two pages of a file, private", Needs: []string{"OPS_FILE", "MM_FILE_REF"}},
	{Name: "uffd", Doc: "registered with a userfaultfd", Needs: []string{"MM_USERFAULTFD"}, When: "!MM_RMAP"},
	{Name: "forked", Doc: "just forked", When: "MM_RMAP"},
}
