// SPDX-License-Identifier: MIT

// This file defines what a program is made of: memory, threads, functions, and
// the statements and expressions in them.

package oracle

// Program is a random spec.
type Program struct {
	Seed    int64
	Cells   []Cell // static memory, an array as that many cells
	Locks   []Lock
	Funcs   []*Func
	Threads []*Thread
	Sites   int // the objects that are allocated, each at a place of its own
}

// Cell is a scalar in static memory.
type Cell struct {
	Name  string // as C writes it, such as "word.low" or "row[1]"
	Type  Type
	Start int64
}

// Type is an integer type, or a bit-field of Bits.
type Type struct {
	C      string // int, unsigned char, ...
	Bits   uint
	Signed bool
}

// cut is what is left of v when it is stored in a cell of the type.
func (t Type) cut(v int64) int64 {
	if t == boolType {
		return truth(v != 0)
	}
	if t.Signed {
		return v << (64 - t.Bits) >> (64 - t.Bits)
	}
	return int64(uint64(v) << (64 - t.Bits) >> (64 - t.Bits))
}

func truth(c bool) int64 {
	if c {
		return 1
	}
	return 0
}

// LockKind is a kind of lock, or something else that threads wait for.
type LockKind int

// The kinds of locks.
const (
	Spin LockKind = iota
	Mutex
	Rwsem
	Completion
)

// Lock is a lock in static memory.
type Lock struct {
	Name string
	Kind LockKind
}

// Thread is one THREAD.
type Thread struct {
	Name   string
	Locals []Local
	Body   []stmt
}

// Func is a function that threads call: it returns an int, takes one, and
// stores through a pointer to one.
type Func struct {
	Name   string
	Locals []Local // the first is the parameter, the second what it returns
	Body   []stmt
}

// Local is a local variable: an int, a pointer to an object or one to an int.
type Local struct {
	Name string
	Kind localKind
}

type localKind int

const (
	number  localKind = iota
	object            // struct object *
	address           // int *
)

// Fields of struct object, the only type of what is allocated. An address of a
// field is the address of the object plus the number of the field.
const (
	fieldA    = iota // int a
	fieldB           // unsigned char b
	fieldNext        // struct object *next
	fields
)

var fieldTypes = [fields]Type{intType, byteType, {"struct object *", 32, false}}

var (
	intType   = Type{"int", 32, true}
	byteType  = Type{"unsigned char", 8, false}
	shortType = Type{"short", 16, true}
	boolType  = Type{"_Bool", 1, false}
)

// place is a piece of shared memory that a statement names.
type place interface {
	text(n names) string
	// address gives where it is, or the property that its evaluation violates.
	address(regs []int64) (int64, string)
}

type (
	// static is a cell by its name.
	static struct{ cell int }
	// element is an element of an array of n cells, the first of which is cell.
	element struct {
		cell, n int
		array   string
		index   expr
	}
	// field is a member of the object that a local points to.
	field struct{ local, field int }
	// deref is the int that a local points to.
	deref struct{ local int }
)

// expr is an expression over locals: it has no effect and meets nobody.
type expr interface {
	text(n names) string
	eval(regs []int64) int64
}

type (
	constant struct{ v int64 }
	variable struct{ local int }
	arith    struct {
		op   string
		x, y expr
	}
	choice struct{ c, x, y expr }
)

// stmt is a statement.
type stmt interface {
	text(p *printer)
	code(c *coder)
}

type (
	// assign is local = expr.
	assign struct {
		local int
		e     expr
	}
	// load is local = place.
	load struct {
		local  int
		from   place
		marked bool
	}
	// store is place = expr.
	store struct {
		to     place
		e      expr
		marked bool
	}
	// storeUse is local = (place = expr), where the value is what the place can hold.
	storeUse struct {
		local int
		to    static
		e     expr
		typ   Type
	}
	// update is place += expr: two accesses.
	update struct {
		to place
		e  expr
	}
	// increment is local = place++ or ++place: two accesses.
	increment struct {
		local  int
		to     static
		before bool
		typ    Type
	}
	// atomic is local = atomic_OP(place, ...): one step.
	atomic struct {
		local int
		op    string
		cell  int
		x, y  expr
	}
	// branch is if (cond) then else other.
	branch struct {
		cond        cond
		then, other []stmt
	}
	// loop is for (local = 0; local < times; local++) body.
	loop struct {
		local int
		times int64
		body  []stmt
	}
	// leave is break, continue, or goto out of the thread.
	leave struct{ how string }
	// select is switch (e) with cases 0, 1, ... and a default; a body that does
	// not break goes on with the next.
	choose struct {
		e      expr
		bodies [][]stmt
		falls  []bool
	}
	// locking is one operation on a lock; local gets the result of a trylock.
	locking struct {
		op    string
		lock  int
		local int
	}
	// block is ATOMIC with a guard or without.
	block struct {
		guard cond // nil: none
		body  []stmt
	}
	// choiceOf is local = nondet(0, hi).
	choiceOf struct {
		local int
		hi    int64
	}
	// call is local = f(e, &local2).
	call struct {
		f          *Func
		local, out int
		arg        expr
	}
	// allocate is local = kzalloc(), at a place of its own.
	allocate struct{ local, site int }
	// release is kfree(local).
	release struct{ local int }
	// point is local = &place.
	point struct {
		local int
		to    place
	}
	// rcu is an operation without arguments.
	rcu struct{ op string }
	// claim is assert(cond).
	claim struct{ e expr }
)

// cond is what a branch or a guard asks: parts that are tested one after the
// other, each over at most one access.
type cond struct {
	any   bool // || instead of &&
	parts []part
}

// part compares a place, or a local where from is nil, with an expression.
type part struct {
	from   place
	local  int
	marked bool
	op     string
	e      expr
}
