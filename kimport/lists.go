// SPDX-License-Identifier: MIT

// This file infers types from the macros of lists: which member of what they link.

package kimport

import (
	"regexp"
	"strings"
)

var (
	listLoopRE  = regexp.MustCompile(`^(h?list)_for_each_entry(?:_\w+)?$`)
	listEntryRE = regexp.MustCompile(`^(h?list)(?:_\w+)?_entry(?:_\w+)?$`)
)

// ofLists reports whether a name is that of a macro of lists which gets the name of a member.
func ofLists(name string) bool {
	return listLoopRE.MatchString(name) || listEntryRE.MatchString(name)
}

// listed reads the arguments of such a macro: of a loop (position, ..., head, member), else
// (node, type, member) or (position, member). Its value is the entry.
func (r *reader) listed(name string) *typ {
	r.at++
	end := r.at + skipBrackets(r.toks[r.at:], 0)
	parts := splitArgs(r.toks[r.at+1 : max(end-1, r.at+1)])
	r.at = end
	head, node := "struct list_head", "struct list_head"
	if strings.HasPrefix(name, "hlist") {
		head, node = "struct hlist_head", "struct hlist_node"
	}
	if len(parts) > 2 && len(parts[len(parts)-1]) > 1 { // what holds meanwhile
		parts = parts[:len(parts)-1]
	}
	if len(parts) < 2 {
		return &typ{}
	}
	last := parts[len(parts)-1]
	first := &reader{inference: r.inference, toks: parts[0], blocks: r.blocks, fresh: r.fresh}
	entry := first.assignment()
	switch {
	case listLoopRE.MatchString(name):
		if len(parts) > 2 {
			at := &reader{inference: r.inference, toks: parts[len(parts)-2], blocks: r.blocks, fresh: r.fresh}
			r.same(at.assignment(), pointerTo(r.named(head)))
		}
	case len(parts) == 3:
		if !strings.Contains(name, "first") && !strings.Contains(name, "last") {
			head = node
		}
		r.same(entry, pointerTo(r.named(head)))
		of := &reader{inference: r.inference, toks: parts[1], blocks: r.blocks}
		outer, _ := of.typeName()
		entry = pointerTo(outer)
	}
	if len(last) == 1 && last[0].Kind == Name {
		to := r.pointer(entry)
		r.same(r.uses(r.member(to, last[0].Text), to, last[0]), r.named(node))
	}
	return entry
}
