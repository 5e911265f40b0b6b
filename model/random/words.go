// SPDX-License-Identifier: MIT

// This file lists the words of a script: what each one names.

package random

import (
	"strconv"
	"strings"

	"mmcheck/model"
)

// word describes a name: what has it, and of which type it is.
type word struct {
	kind wordKind
	tag  string // the struct pointed to, or that an object is
	of   string // the struct that a static object or integer is a member of, "" if none
}

type wordKind uint8

const (
	unknownWord wordKind = iota
	number               // a literal
	intReg               // an integer of the thread
	ptrReg               // a pointer of the thread
	intVar               // a shared integer
	narrowVar            // a shared bit-field that only "count" changes
	narrowReg            // one of the thread
	ptrVar               // a shared pointer
	element              // an element of the shared array
	object               // a static object
	field                // a scalar or pointer member, through a pointer
	member               // an embedded object, through a pointer
	address              // a pointer to an integer that is not of the thread
	target               // the integer that a pointer of the thread leads to
)

const (
	itemTag    = "item"
	vmaTag     = model.TrackedTag
	mmTag      = "mm_struct"
	mappingTag = "address_space"
	fileTag    = "file"
	anonTag    = "anon_vma"
	folioTag   = model.FolioTag
	counterTag = "atomic_t"
	taskTag    = "task_struct"
	intTag     = "int"
)

// words lists all plain names; the others are numbers, elements and members.
var words = map[string]word{
	"r0": {kind: intReg}, "r1": {kind: intReg}, "r2": {kind: intReg}, "r3": {kind: intReg},
	"g0": {kind: intVar}, "g1": {kind: intVar}, "g2": {kind: intVar}, "g3": {kind: intVar},
	"k0": {kind: narrowReg}, "n0": {kind: narrowVar}, "n1": {kind: narrowVar},
	"a": {ptrReg, itemTag, ""}, "b": {ptrReg, itemTag, ""}, "p0": {ptrVar, itemTag, ""}, "p1": {ptrVar, itemTag, ""},
	"v": {ptrReg, vmaTag, ""}, "w": {ptrReg, vmaTag, ""}, "q0": {ptrVar, vmaTag, ""},
	"f": {ptrReg, folioTag, ""}, "h": {ptrReg, folioTag, ""}, "f0": {ptrVar, folioTag, ""},
	"i0": {ptrReg, intTag, ""}, "i1": {ptrReg, intTag, ""}, "s0": {ptrVar, intTag, ""},
	"rw0": {object, "rw_semaphore", ""}, "rw1": {object, "rw_semaphore", ""},
	"mu0": {object, "mutex", ""}, "mu1": {object, "mutex", ""},
	"wq":  {object, "wait_queue_head", ""},
	"sp0": {object, "spinlock", ""}, "sp1": {object, "spinlock", ""},
	"rl0": {object, "rwlock", ""}, "rl1": {object, "rwlock", ""},
	"ra0": {object, "raw_spinlock", ""}, "ra1": {object, "raw_spinlock", ""},
	"wk0": {object, "work_item", ""}, "wk1": {object, "work_item", ""}, "y0": {ptrReg, "work_item", ""},
	"mn0": {object, "ma_node", ""}, "mn1": {object, "ma_node", ""},
	"fl": {object, "folio_lock", ""}, "dep": {object, "lockdep_map", ""}, "sc": {object, "seqcount", ""},
	"task1": {object, taskTag, ""}, "task2": {object, taskTag, ""}, "task3": {object, taskTag, ""}, "task4": {object, taskTag, ""},
	"mm": {object, mmTag, ""}, "tlb": {object, "mm_tlb", mmTag},
	"mmap": {object, "rw_semaphore", mmTag}, "ptl": {object, "spinlock", mmTag},
	"mt": {object, "maple_tree", mmTag}, "pt": {object, "page_table", mmTag},
	"subs": {object, "mmu_notifier_subscriptions", mmTag},
	"mseq": {narrowVar, "", mmTag},
	"imap": {object, "rw_semaphore", mappingTag}, "root": {object, "rb_root_cached", mappingTag},
	"asem": {object, "rw_semaphore", anonTag}, "anon": {object, "anon_rb_root", anonTag},
}

// members lists the members of heap objects.
var members = map[string]map[string]word{
	itemTag: {
		"val": {kind: field}, "ref": {kind: field}, "next": {field, itemTag, ""},
		"lock": {member, "spinlock", ""}, "sem": {member, "rw_semaphore", ""}, "count": {member, counterTag, ""},
		"rcu": {member, "rcu_head", ""},
	},
	vmaTag: {
		"vm_start": {kind: field}, "vm_end": {kind: field}, "vm_flags": {kind: field}, "vm_pgoff": {kind: field},
		"vm_lock": {member, "rw_semaphore", ""}, "vm_lock_seq": {kind: field},
		"vm_refcnt": {member, counterTag, ""}, "vmlock_dep_map": {member, "lockdep_map", ""},
	},
	folioTag: {
		"index": {kind: field}, "_refcount": {kind: field}, "_mapcount": {kind: field}, "lock": {member, "folio_lock", ""},
	},
}

// wordOf says what a word of a script is.
func wordOf(name string) word {
	if _, err := strconv.ParseInt(name, 0, 64); err == nil {
		return word{kind: number}
	}
	if w, ok := words[name]; ok {
		return w
	}
	if to, ok := strings.CutPrefix(name, "&"); ok {
		if w := wordOf(to); w.kind == intVar || w.kind == field && w.tag == "" {
			return word{kind: address, tag: intTag}
		}
		return word{}
	}
	if by, ok := strings.CutPrefix(name, "*"); ok {
		if words[by] == (word{ptrReg, intTag, ""}) {
			return word{kind: target}
		}
		return word{}
	}
	if in, ok := index(name); ok {
		if k := wordOf(in).kind; k == number || k == intReg {
			return word{kind: element}
		}
		return word{}
	}
	if base, m, ok := strings.Cut(name, "."); ok && words[base].kind == ptrReg {
		return members[words[base].tag][m]
	}
	return word{}
}

// index takes t[i] apart.
func index(name string) (string, bool) {
	in, ok := strings.CutPrefix(name, "t[")
	if !ok || !strings.HasSuffix(in, "]") {
		return "", false
	}
	return strings.TrimSuffix(in, "]"), true
}
