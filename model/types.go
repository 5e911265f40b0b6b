// SPDX-License-Identifier: MIT

// This file defines the memory of a model: struct types, their instances
// (static objects, objects of heap pools, and what is embedded in either) and
// the variables that hold their fields. A pointer to a T is the number of an
// instance of T, counted from 1; 0 is NULL, negative values are error pointers.

package model

import "fmt"

// VarKind says what a variable is for.
type VarKind uint8

// The kinds of variables.
const (
	Memory   VarKind = iota // fields of objects, written by C code
	Cell                    // the inner state of a native cell
	Ghost                   // derived or bookkeeping state that no C code can see
	Register                // a local of one thread, in no other thread's reach
	Counter                 // a program counter
	Setting                 // given by the initial state, and never written
)

// Naming says how a shared variable names threads, for what must rename them.
type Naming uint8

// The ways of naming threads.
const (
	NoThread    Naming = iota
	ThreadValue        // an element is the number of a thread, 0 for none
	ThreadQueue        // an element is 2*thread + a flag, 0 for none
	ThreadMask         // bit t-1 of an element stands for thread t
	ThreadPlace        // item t of an instance belongs to thread t
)

// Var is an array of elements of the state. For a field, element i*Width+j is
// item j of the field in instance i (so the first Width elements, those of
// NULL, are never used and cost nothing).
type Var struct {
	Name   string
	Kind   VarKind
	Len    int    // number of elements
	Width  int    // elements per instance, 1 for most
	Thread int    // number of the thread that alone may touch it, 0 = shared
	Points *Type  // for pointers, what they point to
	Life   *Var   // for pointers to heap objects, what is known of the object (see life.go)
	Of     *Var   // for a life, the pointer it belongs to
	Base   *Var   // for what may be an address: the object; beside it lies what is added
	Rest   *Var   // for a pointer with a Base: what is added
	Beside *Var   // for a Base or a Rest, what it belongs to
	Keeper *Var   // for pointers to vmas in memory, whose holds their lives tell of (see keeper.go)
	Addr   *Table // of address-taken scalars: element -> its instance (see scalar.go)
	Local  *Local // the local variable of C that it is, if its address is taken
	Bits   int    // width of the C type, 64 at most
	Signed bool
	Names  Naming        // how it names threads
	Temp   bool          // a register for an intermediate value: no name in C, always cleared when dead
	Type   *Type         // the struct it is a field of, or nil
	Init   map[int]int64 // non-zero initial values, before INIT runs
	off    int
	reg    int  // place in the regSets of its thread
	keeps  bool // a Keeper
}

// Off is the index of the variable's first element in a State.
func (v *Var) Off() int { return v.off }

// First is the first element that belongs to an instance: not to NULL.
func (v *Var) First() int {
	if v.Type == nil {
		return 0
	}
	return v.Width
}

// Type is a struct type, or the type of address-taken scalars.
type Type struct {
	Name       string // the tag, such as "vm_area_struct"
	Fields     []*Field
	Kind       *Kind       // non-nil for native cells
	Instances  []*Instance // instance number i is Instances[i-1]
	Pool       int         // number of heap objects, 0 if never allocated
	PoolFirst  int         // instance number of the first heap object
	Live       *Var        // per instance: 1 while a heap object is allocated
	Typesafe   bool        // a freed object stays readable while an RCU read section lasts
	FreePtr    *Var        // the member over which the free pointer of a type-stable pool lies, or nil
	Owner      *Var        // per instance: the thread that alone knows the object, 0 = public (vm_area_struct only)
	cells      any         // the Kind's variables
	nesting    *nesting    // of locks: the levels at which they are held
	linked     *Var        // see linkedVar
	anonLinked *Var        // see anonLinkedVar
	walked     *Var        // see rmapwalk.go
	grace      *grace      // see typesafe.go
	scalars    *scalars    // see scalar.go
	addresses  *addresses  // see anything.go
	Align      int64       // of its objects, in bytes; 0 if not known
	Stride     int64       // of its objects in an array, in bytes; 0 if not known
	ArrayOf    string      // of an array that is allocated: what MM_POOL() calls its elements
	arrays     *arrays     // see array.go
	inside     map[*Type]*Table
	prog       *Program
}

// Field is a member of a struct: a leaf with a variable, or an embedded struct.
type Field struct {
	Name  string
	Owner *Type
	Var   *Var   // leaf
	Sub   *Type  // embedded struct
	Embed *Table // instance*Count+j of Owner -> instance of Sub
	Count int    // array length, 1 for most
	Off   int64  // where it lies in its struct, in bytes
	Size  int64  // of one item, in bytes
}

// Instance is one object of a type.
type Instance struct {
	Name   string
	Heap   bool
	Thread int       // owner of an address-taken local that no other thread can reach, 0 otherwise
	Local  *Local    // the local variable that it is, nil otherwise
	In     *Instance // the object it is embedded in, or nil
	Off    int64     // where in that, in bytes
	Item   int       // its index, if it is an element of an array
	Items  int       // the length of that array, 0 if it is no element of one
	Type   *Type
	Num    int
}

// SetInit gives element i an initial value.
func (v *Var) SetInit(i int, x int64) {
	if x == 0 {
		return
	}
	if v.Init == nil {
		v.Init = map[int]int64{}
	}
	v.Init[i] = x
}

// AddType declares a struct type, or returns it if declared already. A tag known to Kinds makes a native cell.
func (p *Program) AddType(name string) *Type {
	if t := p.TypeByName(name); t != nil {
		return t
	}
	t := &Type{Name: name, prog: p, inside: map[*Type]*Table{}}
	p.Types = append(p.Types, t)
	for _, k := range Kinds {
		if k.Tag == name {
			t.Kind = k
			k.Declare(p, t)
			if k.Held != nil {
				t.nesting = declareNesting(p, t)
			}
		}
	}
	if name == TrackedTag {
		t.Owner = t.cellVar("owner", 1, Ghost).naming(ThreadValue)
	}
	return t
}

// Field returns the member called name, or nil.
func (t *Type) Field(name string) *Field {
	if t == nil {
		return nil
	}
	for _, f := range t.Fields {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// AddLeaf declares a scalar or pointer member of count items.
func (t *Type) AddLeaf(name string, count int, bits int, signed bool, points *Type) *Field {
	v := t.prog.NewVar(t.Name+"."+name, Memory, 0)
	v.Width, v.Len, v.Type, v.Points, v.Bits, v.Signed = count, count*(len(t.Instances)+1), t, points, bits, signed
	if points != nil {
		t.prog.TrackLife(v)
	}
	f := &Field{Name: name, Owner: t, Var: v, Count: count}
	t.Fields = append(t.Fields, f)
	return f
}

// AddSub declares an embedded struct member of count items.
func (t *Type) AddSub(name string, sub *Type, count int) *Field {
	f := &Field{Name: name, Owner: t, Sub: sub, Count: count, Embed: &Table{Name: t.Name + "." + name, Arg: t, Each: count, Val: sub}}
	t.Fields = append(t.Fields, f)
	return f
}

// cellVar declares per-instance inner state of a native type.
func (t *Type) cellVar(name string, width int, kind VarKind) *Var {
	v := t.prog.NewVar(t.Name+"."+name, kind, 0)
	v.Width, v.Len, v.Type = width, width*(len(t.Instances)+1), t
	return v
}

// naming declares how v names threads.
func (v *Var) naming(n Naming) *Var {
	v.Names = n
	return v
}

// MaxElements is how many elements a state may have, objects counted as one
// more each. Real protocols take some hundreds.
const MaxElements = 1 << 18

// TooLarge is the panic of a Program that gets more than MaxElements.
type TooLarge struct{ Name string } // what there is no room for

func (e TooLarge) Error() string {
	return fmt.Sprintf("'%s' is too large: a model may have %d values in all", e.Name, MaxElements)
}

// Reserve makes room for n elements of what is called name.
func (p *Program) Reserve(name string, n int) {
	if p.elements += n; p.elements > MaxElements {
		panic(TooLarge{name})
	}
}

// elements counts what an object of type t holds, up to MaxElements and a few;
// known has the types counted so far.
func (t *Type) elements(known map[*Type]int) int {
	if n, ok := known[t]; ok {
		return n
	}
	n := 1
	for _, v := range t.prog.Vars {
		if v.Type == t {
			n += v.Width
		}
	}
	for _, f := range t.Fields {
		if f.Sub != nil && n <= MaxElements {
			n += f.Count * min(f.Sub.elements(known), MaxElements)
		}
	}
	known[t] = n
	return n
}

// NewInstance creates an object and everything embedded in it, and returns
// its instance number. thread is the owner of an address-taken local.
func (p *Program) NewInstance(t *Type, name string, heap bool, thread int) int {
	p.Reserve(name, t.elements(map[*Type]int{}))
	return p.newInstance(t, &Instance{Name: name, Heap: heap, Thread: thread})
}

func (p *Program) newInstance(t *Type, in *Instance) int {
	in.Type, in.Num = t, len(t.Instances)+1
	t.Instances = append(t.Instances, in)
	for _, v := range p.Vars {
		if v.Type == t {
			v.Len += v.Width
		}
	}
	for _, f := range t.Fields {
		for j := 0; f.Sub != nil && j < f.Count; j++ {
			name := in.Name
			if f.Name != "" {
				name += "." + f.Name
			}
			if f.Count > 1 || t.ArrayOf != "" {
				name = fmt.Sprintf("%s[%d]", name, j)
			}
			sub := &Instance{Name: name, Heap: in.Heap, Thread: in.Thread, In: in, Off: f.Off + int64(j)*f.Size}
			if f.Count > 1 {
				sub.Item, sub.Items = j, f.Count
			}
			n := p.newInstance(f.Sub, sub)
			f.Embed.Put(in.Num*f.Count+j, int64(n))
		}
	}
	return in.Num
}

// Member is the instance of the struct embedded as item j of field f in
// instance inst of its owner.
func (f *Field) Member(inst, j Expr) Expr {
	if f.Count == 1 {
		return Lookup(f.Embed, inst)
	}
	return Lookup(f.Embed, Add(Mul(inst, Int(f.Count)), j))
}

// Elem is the index into f.Var of item j in instance inst.
func (f *Field) Elem(inst, j Expr) Expr {
	if f.Count == 1 {
		return inst
	}
	return Add(Mul(inst, Int(f.Count)), j)
}

// Container is the table from instances of t to the instance of outer that
// they lie in (0 if none), whatever the depth. It is filled when sealed.
func (t *Type) Container(outer *Type) *Table {
	tab := t.inside[outer]
	if tab == nil {
		tab = &Table{Name: t.Name + " in " + outer.Name, Arg: t, Val: outer}
		t.inside[outer] = tab
	}
	return tab
}

// fillContainers computes the Container tables once all instances are known.
func (p *Program) fillContainers() {
	for _, t := range p.Types {
		for _, outer := range p.Types {
			tab := t.inside[outer]
			for _, in := range t.Instances {
				for o := in; tab != nil && o != nil; o = o.In {
					if o.Type == outer {
						tab.Put(in.Num, int64(o.Num))
					}
				}
			}
		}
	}
}

// MemberOf is the table from instances of f.Sub to the instance of f.Owner
// that holds them as member f (0 if none): container_of.
func (f *Field) MemberOf() *Table {
	t := &Table{Name: "container_of " + f.Owner.Name + "." + f.Name, Arg: f.Sub, Val: f.Owner}
	f.Owner.prog.late = append(f.Owner.prog.late, func() {
		for i, n := range f.Embed.Of {
			if n != 0 {
				t.Put(int(n), int64(i/f.Count))
			}
		}
	})
	return t
}
