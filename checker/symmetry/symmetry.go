// SPDX-License-Identifier: MIT

// This file finds what may change places in a program: threads that run the
// same code, and the objects of a heap pool. What is found is derived from the
// sealed code (code.go), never from names. Canon (canon.go)
// then makes one state of all those that differ only in who plays which part.

package symmetry

import "mmcheck/model"

// Symmetry knows what may change places, and where states say so. It has
// scratch space of its own: each worker takes a fork.
type Symmetry struct {
	prog   *model.Program
	groups []*group
	pools  []*pool
	about  []aboutThread // elements outside of heap objects that say something of a thread
	roots  []pointerAt   // pointers into pools outside of grouped threads and heap objects
	all    []pointerAt   // pointers into pools or to locals of grouped threads, wherever
	refs   map[*model.Type][]ref
	locals [][]int32 // the address-taken locals of a thread, by thread number
	scratch
}

// group is a set of identical threads.
type group struct {
	members []int       // thread numbers, ascending
	own     [][]ownElem // by member: what the thread owns, in the same order for all
}

// ownElem is an element that a thread owns.
type ownElem struct {
	elem int32
	life int32 // of a pointer, or -1
	refs []ref // of a pointer that needs renaming, or nil
}

// aboutThread is an element, or a row of elements, that says something of threads.
type aboutThread struct {
	elem int32 // of ThreadPlace, that of item 0
	how  model.Naming
}

// pointerAt is a pointer that needs renaming.
type pointerAt struct {
	elem int32
	life int32 // -1 if it has none
	refs []ref
}

// ref says what an instance number refers to.
type ref struct {
	kind refKind
	of   int16 // pool, or thread
	obj  int16 // object of the pool, counted from 0
	part int16 // which part of the object, or which local of the thread
}

type refKind uint8

const (
	fixed refKind = iota
	object
	local
)

// pool is a heap pool with interchangeable objects.
type pool struct {
	typ   *model.Type
	parts [][]int32       // by object: the instance numbers of its parts
	mine  [][]int32       // by object: its elements, in the same order for all
	plain []int           // places in mine that hold neither pointers into pools nor names of threads
	ptrs  [][]pointerAt   // by object: its pointers that need renaming
	about [][]aboutThread // by object: what it says of threads
}

// New finds what may change places in a sealed program; nil if there
// is nothing.
func New(p *model.Program) *Symmetry {
	y := &Symmetry{prog: p, refs: map[*model.Type][]ref{}}
	o := newOriginal(p)
	y.findGroups(o)
	y.findPools(o)
	if len(y.groups) == 0 && len(y.pools) == 0 {
		return nil
	}
	y.makeRefs()
	y.makeElements()
	y.scratch = newScratch(y)
	return y
}

// Fork is the same symmetry with scratch space of its own.
func (y *Symmetry) Fork() *Symmetry {
	z := *y
	z.scratch = newScratch(y)
	return &z
}

// Orders is the number of ways in which threads may change places, at most 1<<32.
func (y *Symmetry) Orders() int {
	n := 1
	for _, g := range y.groups {
		for i := range g.members {
			n = min(n*(i+1), 1<<32)
		}
	}
	return n
}

// findGroups puts identical threads together. All that are identical to the
// first of a group may change places with each other.
func (y *Symmetry) findGroups(o *original) {
	grouped := map[int]bool{}
	for i, t := range y.prog.Threads {
		g := &group{members: []int{t.Num}}
		for _, u := range y.prog.Threads[i+1:] {
			if !grouped[t.Num] && !grouped[u.Num] && identical(o, t, u) {
				g.members = append(g.members, u.Num)
				grouped[u.Num] = true
			}
		}
		if len(g.members) > 1 {
			y.groups = append(y.groups, g)
		}
	}
}

func identical(o *original, t, u *model.Thread) bool {
	for _, v := range o.p.Vars {
		if v.Names == model.ThreadPlace && v.Width != o.p.MaxThread()+1 {
			return false
		}
	}
	if t.Final || u.Final || len(t.Blocks) != len(u.Blocks) || len(t.Points) != len(u.Points) {
		return false
	}
	g := identity(o.p)
	return g.swapThreads(t.Num, u.Num) && g.preserves(o)
}

// findPools finds the types whose heap objects are interchangeable.
func (y *Symmetry) findPools(o *original) {
	for _, t := range y.prog.Types {
		if t.Pool > 1 && deadIsJunk(y.prog, t) && interchangeable(o, t) {
			y.pools = append(y.pools, &pool{typ: t})
		}
	}
}

func interchangeable(o *original, t *model.Type) bool {
	for n := t.PoolFirst; n+1 < t.PoolFirst+t.Pool; n++ {
		g := identity(o.p)
		if g.swapObjects(t, n, n+1); !g.preserves(o) {
			return false
		}
	}
	return true
}

// makeRefs fills the table of what instance numbers refer to.
func (y *Symmetry) makeRefs() {
	set := func(in *model.Instance, r ref) {
		if y.refs[in.Type] == nil {
			y.refs[in.Type] = make([]ref, len(in.Type.Instances)+1)
		}
		y.refs[in.Type][in.Num] = r
	}
	for i, q := range y.pools {
		for o := range q.typ.Pool {
			var nums []int32
			for k, in := range partsOf(q.typ, q.typ.PoolFirst+o) {
				set(in, ref{object, int16(i), int16(o), int16(k)})
				nums = append(nums, int32(in.Num))
			}
			q.parts = append(q.parts, nums)
		}
	}
	y.locals = make([][]int32, y.prog.MaxThread()+1)
	for _, g := range y.groups {
		for _, t := range g.members {
			for k, in := range locals(y.prog, t) {
				set(in, ref{local, int16(t), 0, int16(k)})
				y.locals[t] = append(y.locals[t], int32(in.Num))
			}
		}
	}
}

// makeElements sorts the elements by whom they belong to.
func (y *Symmetry) makeElements() {
	for _, g := range y.groups {
		for _, t := range g.members {
			g.own = append(g.own, y.ownOf(t))
		}
	}
	for _, q := range y.pools {
		for o := range q.typ.Pool {
			y.addObject(q, o)
		}
	}
	grouped := map[int]bool{}
	for _, g := range y.groups {
		for _, t := range g.members {
			grouped[t] = true
		}
	}
	for _, v := range y.prog.Vars {
		for i := range v.Len {
			e := int32(v.Off() + i)
			r := y.holder(v, i)
			if y.refs[v.Points] != nil {
				at := pointerAt{e, lifeOf(v, i), y.refs[v.Points]}
				y.all = append(y.all, at)
				if !grouped[v.Thread] && r.kind == fixed {
					y.roots = append(y.roots, at)
				}
			}
			if r.kind == fixed && v.Thread == 0 && isAbout(v, i) {
				y.about = append(y.about, aboutThread{e, v.Names})
			}
		}
	}
}

// holder says in what element i of v lies.
func (y *Symmetry) holder(v *model.Var, i int) ref {
	if r := y.refs[v.Type]; v.Type != nil && r != nil {
		return r[i/v.Width]
	}
	return ref{}
}

// isAbout reports whether an element says something of threads; of a row with
// one item a thread, the first stands for all.
func isAbout(v *model.Var, i int) bool {
	return v.Names != model.NoThread && (v.Names != model.ThreadPlace || i%v.Width == 0)
}

func lifeOf(v *model.Var, i int) int32 {
	if v.Life == nil {
		return -1
	}
	return int32(v.Life.Off() + i)
}

// ownOf lists what thread t owns, its program counter first.
func (y *Symmetry) ownOf(t int) []ownElem {
	var out []ownElem
	for _, v := range owned(y.prog, t) {
		for i := range v.Len {
			out = append(out, ownElem{int32(v.Off() + i), lifeOf(v, i), y.refs[v.Points]})
		}
	}
	for _, in := range locals(y.prog, t) {
		for _, v := range y.prog.Vars {
			for j := 0; v.Type == in.Type && j < v.Width; j++ {
				i := in.Num*v.Width + j
				out = append(out, ownElem{int32(v.Off() + i), lifeOf(v, i), y.refs[v.Points]})
			}
		}
	}
	return out
}

// addObject lists the elements of object o of a pool.
func (y *Symmetry) addObject(q *pool, o int) {
	var mine []int32
	var ptrs []pointerAt
	var about []aboutThread
	for _, in := range partsOf(q.typ, q.typ.PoolFirst+o) {
		for _, v := range y.prog.Vars {
			for j := 0; v.Type == in.Type && j < v.Width; j++ {
				i := in.Num*v.Width + j
				e := int32(v.Off() + i)
				if isAbout(v, i) {
					about = append(about, aboutThread{e, v.Names})
				}
				if y.refs[v.Points] != nil {
					ptrs = append(ptrs, pointerAt{e, lifeOf(v, i), y.refs[v.Points]})
				} else if v.Names == model.NoThread && o == 0 {
					q.plain = append(q.plain, len(mine))
				}
				mine = append(mine, e)
			}
		}
	}
	q.mine, q.ptrs, q.about = append(q.mine, mine), append(q.ptrs, ptrs), append(q.about, about)
}

// Alike lists the threads, by number, that may change places with each other.
func (y *Symmetry) Alike() (out [][]int) {
	for _, g := range y.groups {
		out = append(out, g.members)
	}
	return out
}
