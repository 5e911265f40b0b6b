// SPDX-License-Identifier: MIT

// This file lists the operations that a spec is tried against.

package adversary

import (
	"fmt"
	"slices"
	"strings"
)

// Operation is op_NAME() of <mm/ops.h>.
type Operation struct {
	Name  string
	Needs string // the macro that asks the model for what it needs, or ""
	With  string // the macro that the spec must have asked for, since it means something to the spec as well
	When  string // the preprocessor condition under which there is one; "" is always
	Calls string // the function that it is a call of, if what a spec has in its place may be no more than a part of it
	Heap  bool   // moves the end of the heap: needs an mm->brk
	Last  bool   // the last user goes: nobody of the process is left beside it
}

// Operations lists them in the order in which they are tried and told.
var Operations = []Operation{
	{Name: "munmap"},
	{Name: "mmap"},
	{Name: "mremap", When: "MM_RMAP"},
	{Name: "fork", When: "MM_RMAP"},
	{Name: "mprotect", When: "!MM_RMAP"},
	{Name: "brk_grow", Calls: "sys_brk", Heap: true},
	{Name: "brk_shrink", Calls: "sys_brk", Heap: true},
	{Name: "fault"},
	{Name: "stack"},
	{Name: "populate"},
	{Name: "dontneed", When: "!MM_RMAP"},
	{Name: "advise", When: "!MM_RMAP"},
	{Name: "guard", When: "!MM_RMAP && MADV_GUARD"},
	{Name: "remove", With: "MM_FILE_REF", When: "!MM_RMAP"},
	{Name: "willneed", With: "MM_FILE_REF", When: "!MM_RMAP"},
	{Name: "advise_willneed", With: "MM_FILE_REF", When: "!MM_RMAP"},
	{Name: "collapse", Needs: "MM_COLLAPSE", When: "!MM_RMAP"},
	{Name: "advise_collapse", Needs: "MM_COLLAPSE", When: "!MM_RMAP && LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0)"},
	{Name: "pageout", Needs: "MM_SWAP", When: "!MM_RMAP"},
	{Name: "swapoff", Needs: "MM_SWAP", When: "!MM_RMAP"},
	{Name: "uffd_register", Needs: "MM_USERFAULTFD", When: "!MM_RMAP"},
	{Name: "uffd_copy", Needs: "MM_USERFAULTFD", When: "!MM_RMAP"},
	{Name: "uffd_move", Needs: "MM_USERFAULTFD", When: "!MM_RMAP && UFFD_VMA_LOCK"},
	{Name: "reap", Needs: "MM_OOM", When: "!MM_RMAP"},
	{Name: "mrelease", Needs: "MM_OOM", When: "!MM_RMAP"},
	{Name: "mincore", When: "!MM_RMAP"},
	{Name: "maps"},
	{Name: "query"},
	{Name: "remote", When: "!MM_RMAP"},
	{Name: "exit", Last: true},
}

// Named finds the operations of a list such as "munmap,fork".
func Named(list string) ([]Operation, error) {
	var out []Operation
	for _, name := range strings.Split(list, ",") {
		i := slices.IndexFunc(Operations, func(o Operation) bool { return o.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("no operation %q: 'mmcheck list adversaries' lists them", name)
		}
		if !slices.Contains(out, Operations[i]) {
			out = append(out, Operations[i])
		}
	}
	return out, nil
}

// needs lists the macros that some operations ask for.
func needs(ops []Operation) (macros []string) {
	for _, o := range ops {
		if o.Needs != "" && !slices.Contains(macros, o.Needs) {
			macros = append(macros, o.Needs)
		}
	}
	return macros
}
