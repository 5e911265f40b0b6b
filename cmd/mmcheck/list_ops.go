// SPDX-License-Identifier: MIT

// This file lists the operations of the kernel: the functions in the model
// headers, as the preprocessor leaves them for one kernel.

package main

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"mmcheck/cfront"
	"mmcheck/specs"
)

// worlds are the two ways to include the headers: <mm/madvise.h> and others are
// left out where there is a reverse mapping, and <linux/rmap.h> where not. Each
// begins with what specs have to ask for.
var worlds = []struct{ with, head, skip string }{
	{"", options + `
#define MM_VMACACHE 2
#define MM_COLLAPSE 1
#define MM_OOM 1
#define MM_SWAP 1
#define MM_USERFAULTFD 1
#include <linux/mm_types.h>
static struct mm_struct mm;
#include <mm/ops.h>
#include <kernel/events/uprobes.h>
`, "linux/rmap.h"},
	{"MM_RMAP", options + `
#define MM_RMAP 1
#define MM_TLB 1
#define MM_TLB_BATCH 1
#define MM_KHUGEPAGED 1
#define MM_FREE_PGTABLES 1
#define MM_MOVE_PMD 1
#define MM_ANON_VMA_REUSE 1
#include <linux/mm.h>
#include <mm/gup_fast.h>
#include <mm/swap_state.h>
#include <mm/pt_reclaim.h>
#include <mm/userfaultfd_move.h>
static struct mm_struct mm;
#include <mm/ops.h>
`, ""},
}

const options = `
#define MM_FILE_REF 1
#define MM_NOTIFIER 1
`

// operations lists the functions of each header, once.
func (c *listCommand) operations() error {
	listed := map[string]bool{}
	heading := ""
	for _, w := range worlds {
		functions, err := c.functions(w.head, w.skip)
		if err != nil {
			return err
		}
		with := ""
		if w.with != "" {
			with = ", with " + w.with
		}
		for _, f := range functions {
			header := strings.TrimPrefix(f.Pos.File, "<include>/")
			if listed[header+f.Name] || header == f.Pos.File {
				continue
			}
			listed[header+f.Name] = true
			if next := "Kernel operations: <" + header + ">" + with; next != heading {
				if heading != "" {
					fmt.Fprintln(c.out)
				}
				heading = next
				fmt.Fprintln(c.out, heading)
			}
			listCall(c.session, f.Name, firstSentence(f.Doc))
		}
	}
	return nil
}

// functions lists the functions of all headers but one, by header.
func (c *listCommand) functions(head, skip string) ([]cfront.Function, error) {
	text := head
	headers, err := fs.Glob(specs.Include, "linux/*.h")
	if err != nil {
		return nil, err
	}
	for _, h := range headers {
		if h == skip {
			continue
		}
		text += "#include <" + h + ">\n"
	}
	functions, diags := cfront.Functions(cfront.Config{FS: specs.Include, Kernel: c.kernel}, "list.c", []byte(text))
	if diags.HasErrors() {
		return nil, diags
	}
	slices.SortStableFunc(functions, func(a, b cfront.Function) int {
		return strings.Compare(a.Pos.File, b.Pos.File)
	})
	return functions, nil
}

// firstSentence is what a comment says first.
func firstSentence(doc string) string {
	if i := strings.Index(doc, ". "); i >= 0 {
		doc = doc[:i]
	}
	return strings.TrimSuffix(doc, ".")
}
