// SPDX-License-Identifier: MIT

// This file declares the memory of a script, as far as its words name it.

package random

import (
	"strings"

	"mmcheck/model"
)

// inStruct gives static members the names they have in their structs.
var inStruct = map[string]string{
	"mmap": "mmap_lock", "ptl": "page_table_lock", "mt": "mm_mt", "pt": "pgd", "mseq": "mm_lock_seq", "tlb": "tlb",
	"subs": model.NotifierField,
	"imap": "i_mmap_rwsem", "root": "i_mmap",
	"asem": "rwsem", "anon": "rb_root",
}

// counterBits keeps atomic counters small.
const counterBits = 4

// narrowBits is the width of the shared bit-fields.
const narrowBits = 2

// arrayLen is the length of the shared array t.
const arrayLen = 2

// seqBits is the width of mm_lock_seq, which only "count" changes.
const seqBits = 2

// pages is the size of the address space.
const pages = 3

// world is the memory of a program.
type world struct {
	p       *model.Program
	shared  map[string]*model.Var
	objects map[string]int // instance numbers of the static objects
	hidden  *model.Var     // see hide
}

// used collects the names in a script: plain ones, "item.val" for members.
func used(s *Script) map[string]bool {
	u := map[string]bool{}
	s.each(func(st *Stmt) {
		for _, a := range append([]string{st.Dst}, st.Args...) {
			a = strings.TrimLeft(a, "&*")
			if base, m, ok := strings.Cut(a, "."); ok {
				u[base], u[words[base].tag+"."+m], a = true, true, base
			}
			if _, ok := index(a); ok {
				a = "t"
			}
			u[a] = true
			if w := words[a]; w.of != "" {
				u[w.of] = true
			} else if w.tag != "" {
				u[w.tag] = true
			}
		}
	})
	// What the trees hold are vmas, and a vma has an mm.
	u[vmaTag] = u[vmaTag] || u["mt"] || u["root"] || u["anon"]
	u[mmTag] = u[mmTag] || u[vmaTag] || u[mappingTag]
	u["mmap"] = u["mmap"] || u[vmaTag]
	u["mt"] = u["mt"] || u[vmaTag]
	u["tlb"] = u["tlb"] || u["mm"]
	u["pt"] = u["pt"] || u["mm"]
	u[vmaTag+".vm_pgoff"] = u[vmaTag+".vm_pgoff"] || u["root"] || u["anon"]
	u["imap"] = u["imap"] || u["root"]
	u["asem"] = u["asem"] || u["anon"]
	return u
}

// tasks are the task_structs of the threads of a script, in order.
var tasks = []string{"task1", "task2", "task3", "task4"}

// newWorld declares what a script uses.
func newWorld(p *model.Program, s *Script) *world {
	w := &world{p: p, shared: map[string]*model.Var{}, objects: map[string]int{}}
	u := used(s)
	p.TaskPages = pages
	w.pools(s)
	s.each(func(st *Stmt) { p.Typesafe[itemTag] = p.Typesafe[itemTag] || st.Op == "typesafe" })
	if u[intTag] {
		p.Scalars(intTag)
	}
	w.scalars(u)
	if u[itemTag] {
		w.heapType(u, itemTag, "val", "ref", "next", "lock", "sem", "count", "rcu")
	}
	if u[folioTag] {
		w.heapType(u, folioTag, "index", "_refcount", "_mapcount", "lock")
	}
	if u[mmTag] {
		w.mm(u)
	}
	for _, n := range []string{"rw0", "rw1", "mu0", "mu1", "sp0", "sp1", "rl0", "rl1", "ra0", "ra1", "wq", "fl", "dep", "sc", "mn0", "mn1", "wk0", "wk1"} {
		if u[n] {
			w.objects[n] = p.NewInstance(p.AddType(words[n].tag), n, false, 0)
		}
	}
	for _, n := range tasks {
		if u[taskTag] {
			w.objects[n] = p.NewInstance(p.AddType(taskTag), n, false, 0)
		}
	}
	for _, tag := range []string{itemTag, vmaTag, folioTag} {
		if u[tag] {
			p.PoolOf(p.TypeByName(tag))
		}
	}
	w.addresses(s)
	return w
}

// maxPool bounds the objects of a heap pool.
const maxPool = 3

// pools sizes the heap by the number of allocations in the text.
func (w *world) pools(s *Script) {
	count := func(body []Stmt, times int) {
		eachStmt(body, func(st *Stmt) {
			if tag := words[st.Dst].tag; allocates(st.Op) {
				w.p.Pools[tag] = min(maxPool, w.p.Pools[tag]+times)
			}
		})
	}
	count(s.Init, 1)
	for _, t := range s.Threads {
		count(t.Body, max(1, t.Copies))
	}
	count(s.Final, 1)
	for _, c := range s.Callbacks {
		count(c, 1)
	}
}

func allocates(op string) bool {
	return strings.HasSuffix(op, "alloc") && op != ""
}

func (w *world) scalars(u map[string]bool) {
	for _, n := range []string{"g0", "g1", "g2", "g3"} {
		if u[n] {
			w.shared[n] = w.p.NewVar(n, model.Memory, 0)
		}
	}
	for _, n := range []string{"n0", "n1"} {
		if u[n] {
			w.shared[n] = w.p.NewVar(n, model.Memory, 0)
			w.shared[n].Bits, w.shared[n].Signed = narrowBits, false
		}
	}
	if u["t"] {
		w.shared["t"] = w.p.NewVar("t", model.Memory, 0)
		w.shared["t"].Len = arrayLen
	}
	for _, n := range []string{"p0", "p1", "q0", "f0", "s0"} {
		if !u[n] {
			continue
		}
		v := w.p.NewVar(n, model.Memory, 0)
		v.Points = w.p.AddType(words[n].tag)
		w.p.TrackLife(v)
		w.shared[n] = v
	}
}

// heapType declares those members of a struct that are used.
func (w *world) heapType(u map[string]bool, tag string, names ...string) {
	t := w.p.AddType(tag)
	for _, m := range names {
		w.add(u, t, m, members[tag][m])
	}
}

// add declares a member if it is used.
func (w *world) add(u map[string]bool, t *model.Type, name string, m word) {
	switch {
	case !u[t.Name+"."+name]:
	case m.tag == counterTag:
		c := w.p.AddType(counterTag)
		c.AddLeaf("counter", 1, counterBits, true, nil)
		t.AddSub(name, c, 1)
	case m.kind == member:
		t.AddSub(name, w.p.AddType(m.tag), 1)
	case m.tag != "":
		t.AddLeaf(name, 1, 64, false, w.p.AddType(m.tag))
	default:
		t.AddLeaf(name, 1, 32, true, nil)
	}
}

// mm declares the address space, and vmas and a file if they are used.
func (w *world) mm(u map[string]bool) {
	mm := w.p.AddType(mmTag)
	if u[vmaTag] {
		w.vma(u, mm)
	}
	if u["mseq"] {
		mm.AddLeaf(inStruct["mseq"], 1, seqBits, false, nil)
	}
	w.object(mm, "mm", u, "mmap", "ptl", "mt", "pt", "subs", "tlb")
	if u[mappingTag] || u["imap"] {
		w.object(w.p.AddType(mappingTag), "mapping", u, "imap", "root")
	}
}

func (w *world) vma(u map[string]bool, mm *model.Type) {
	vma := w.p.AddType(vmaTag)
	for _, f := range []string{"vm_start", "vm_end"} {
		vma.AddLeaf(f, 1, 64, false, nil)
	}
	vma.AddLeaf("vm_mm", 1, 64, false, mm)
	w.heapType(u, vmaTag, "vm_flags", "vm_pgoff", "vm_lock", "vm_lock_seq", "vm_refcnt", "vmlock_dep_map")
	w.p.Typesafe[vmaTag] = u[vmaTag+".vm_lock_seq"]
	if u["imap"] {
		mapping, file := w.p.AddType(mappingTag), w.p.AddType(fileTag)
		file.AddLeaf("f_mapping", 1, 64, false, mapping)
		vma.AddLeaf("vm_file", 1, 64, false, file)
		n := w.p.NewInstance(file, "file", false, 0)
		file.Field("f_mapping").Var.Init = map[int]int64{n: 1}
	}
	if u["asem"] {
		anon := w.p.AddType(anonTag)
		anon.AddLeaf("root", 1, 64, false, anon)
		vma.AddLeaf("anon_vma", 1, 64, false, anon)
		w.object(anon, "anon_vma", u, "asem", "anon")
		anon.Field("root").Var.Init = map[int]int64{1: 1}
	}
}

// object declares a static object with those members of it that are used.
func (w *world) object(t *model.Type, name string, u map[string]bool, parts ...string) {
	for _, n := range parts {
		if u[n] {
			t.AddSub(inStruct[n], w.p.AddType(words[n].tag), 1)
		}
	}
	num := w.p.NewInstance(t, name, false, 0)
	w.objects[name] = num
	for _, n := range parts {
		if u[n] {
			w.objects[n] = int(t.Field(inStruct[n]).Embed.At(int64(num)))
		}
	}
}
