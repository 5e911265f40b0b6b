// SPDX-License-Identifier: MIT

// This file draws programs.

package oracle

import (
	"fmt"
	"math/rand"
)

// Cells that every program has, and the names that the text gives them.
const (
	cellX = iota
	cellY
	cellByte
	cellShort
	cellFlag
	cellLow // a bit-field, as the next
	cellHigh
	cellBeside
	cellCount
	cellRow  // three
	cellSlot = cellRow + 3
)

func cells() []Cell {
	return []Cell{
		{"x", intType, 0},
		{"y", intType, 1},
		{"small", byteType, 250},
		{"signed_short", shortType, -2},
		{"flag", boolType, 0},
		{"word.low", Type{"", 3, false}, 0},
		{"word.high", Type{"", 5, true}, 0},
		{"word.byte", byteType, 0},
		{"count.counter", Type{"atomic_t", 32, true}, 1},
		{"row[0]", intType, 0},
		{"row[1]", intType, 0},
		{"row[2]", intType, 0},
		{"slot", fieldTypes[fieldNext], 0},
	}
}

// drawer holds what has been decided so far.
type drawer struct {
	*rand.Rand
	p      *Program
	locals []Local
	flavor flavor
	left   int // statements that the function at hand may still get
	met    int // the local of the function at hand that has met an object
}

// flavor chooses what a program is about, so that each subject gets programs
// small enough to be explored.
type flavor struct {
	locks, objects, control, blocks, marked, faulty bool
}

// scope is what surrounds a statement.
type scope struct {
	depth          int
	loop           bool // break, continue mean something
	counting       bool // the counter is that of a loop around
	inside, inFunc bool // in ATOMIC, in a function
	repeats        bool
	reading        bool
	held           uint64
}

// Draw makes the program of a seed.
func Draw(seed int64) *Program {
	d := &drawer{Rand: rand.New(rand.NewSource(seed)), p: &Program{Seed: seed, Cells: cells()}}
	d.flavor = flavor{d.maybe(60), d.maybe(40), d.maybe(60), d.maybe(30), d.maybe(70), d.maybe(35)}
	kinds := []LockKind{Spin, Mutex, Rwsem, Spin, Completion}
	for i := 0; d.flavor.locks && i < 1+d.Intn(3); i++ {
		d.p.Locks = append(d.p.Locks, Lock{fmt.Sprintf("lock%d", i), kinds[d.Intn(len(kinds))]})
	}
	for i := 0; d.flavor.control && i < d.Intn(3); i++ {
		d.function(i)
	}
	threads := 2
	if d.maybe(25) {
		threads = 3
	}
	for i := range threads {
		d.thread(i, 7/threads+d.Intn(5))
	}
	return d.p
}

func (d *drawer) maybe(percent int) bool { return d.Intn(100) < percent }

func (d *drawer) function(i int) {
	d.locals = []Local{{"n", number}, {"result", number}, {"k", number}}
	d.left = 2 + d.Intn(3)
	body := d.body(scope{inFunc: true, repeats: true})
	d.p.Funcs = append(d.p.Funcs, &Func{fmt.Sprintf("helper%d", i), d.locals, body})
}

func (d *drawer) thread(i, size int) {
	d.locals = []Local{{"a", number}, {"b", number}, {"c", number}, {"i", number}, {"p", object}, {"q", object}, {"at", address}}
	d.left, d.met = size, 0
	var body []stmt
	if d.flavor.objects && d.maybe(80) { // else most find nothing
		body = d.meet(i)
	}
	d.p.Threads = append(d.p.Threads, &Thread{fmt.Sprintf("t%d", i), d.locals, append(body, d.body(scope{})...)})
}

// meet has the first thread publish an object, and the others look for it.
func (d *drawer) meet(i int) []stmt {
	o, slot := d.local(object, scope{}), static{cellSlot}
	d.met = o
	if i == 0 && d.p.Sites < 3 {
		d.p.Sites++
		return []stmt{allocate{o, d.p.Sites - 1}, store{slot, variable{o}, true}}
	}
	test := cond{parts: []part{{local: o, op: "==", e: null{}}}}
	return []stmt{load{o, slot, true}, branch{cond: test, then: []stmt{leave{"goto out"}}}}
}

func (d *drawer) body(s scope) (out []stmt) {
	for d.left > 0 {
		out = append(out, d.statements(s)...)
		if s.depth > 0 && d.maybe(45) {
			break
		}
	}
	return out
}

// local draws a local of a kind; the counter of the loop at hand is no target.
func (d *drawer) local(k localKind, s scope) int {
	for {
		i := d.Intn(len(d.locals))
		if d.locals[i].Kind == k && d.locals[i].Name != "i" && d.locals[i].Name != "k" {
			return i
		}
	}
}

func (d *drawer) number() int { return d.local(number, scope{}) }

// expr draws an expression with small values.
func (d *drawer) expr(depth int) expr {
	switch n := d.Intn(10); {
	case n < 4 || depth > 2:
		return constant{int64(d.Intn(4))}
	case n < 7:
		return variable{d.number()}
	case n < 8:
		return choice{d.expr(depth + 1), d.expr(depth + 1), d.expr(depth + 1)}
	default:
		ops := []string{"+", "-", "&", "|", "^", "==", "<", ">=", "!="}
		return arith{ops[d.Intn(len(ops))], d.expr(depth + 1), d.expr(depth + 1)}
	}
}

// bounded keeps a value small, so that loops cannot make it overflow.
func (d *drawer) bounded() expr { return arith{"&", d.expr(0), constant{7}} }

func (d *drawer) static() static {
	c := []int{cellX, cellX, cellX, cellY, cellY, cellByte, cellShort, cellFlag, cellLow, cellHigh, cellBeside}
	return static{c[d.Intn(len(c))]}
}

// place draws a piece of memory that holds a number.
func (d *drawer) place(s scope) place {
	switch n := d.Intn(10); {
	case n < 2:
		i := expr(arith{"&", variable{d.number()}, constant{1}})
		if d.flavor.faulty && d.maybe(20) {
			i = arith{"&", variable{d.number()}, constant{3}}
		}
		return element{cellRow, 3, "row", i}
	case n < 6 && d.flavor.objects && !s.inFunc && !s.inside:
		if d.maybe(30) {
			return deref{d.local(address, s)}
		}
		return field{d.object(s), d.Intn(2)}
	}
	return d.static()
}

func isBits(p place) bool {
	s, ok := p.(static)
	return ok && (s.cell == cellLow || s.cell == cellHigh)
}

// marked says whether an access is by READ_ONCE() or WRITE_ONCE(), which bit-fields
// do not allow.
func (d *drawer) marked(p place, s scope) bool {
	return !isBits(p) && (d.flavor.marked || d.maybe(50)) && !s.inside
}

func (d *drawer) cond(s scope) cond {
	c := cond{any: d.maybe(40)}
	for range 1 + d.Intn(2) {
		ops := []string{"==", "!=", "<", ">="}
		x := part{op: ops[d.Intn(len(ops))], e: d.expr(1)}
		switch {
		case d.maybe(50):
			x.from = d.place(s)
			x.marked = d.marked(x.from, s)
		default:
			x.local = d.number()
		}
		c.parts = append(c.parts, x)
	}
	return c
}

// statements draws a statement, or several that belong together.
func (d *drawer) statements(s scope) []stmt {
	d.left--
	s.depth++
	nested := s.depth < 4
	switch n := d.Intn(100); {
	case n < 22 && nested && d.flavor.control:
		return []stmt{d.control(s)}
	case n < 45 && nested && d.flavor.locks && !s.inside:
		return d.section(s)
	case n < 60 && d.flavor.objects && !s.inside && !s.inFunc:
		return d.objects(s)
	case n < 66 && d.flavor.blocks && !s.inside:
		return []stmt{d.atomicBlock(s)}
	case n < 70 && nested && d.flavor.objects && !s.inside && !s.inFunc:
		return d.readSection(s)
	}
	return []stmt{d.simple(s)}
}

func (d *drawer) simple(s scope) stmt {
	switch n := d.Intn(20); {
	case n < 5:
		p := d.place(s)
		return load{d.number(), p, d.marked(p, s)}
	case n < 10:
		p := d.place(s)
		return store{p, d.bounded(), d.marked(p, s)}
	case n < 11:
		return update{d.place(s), d.bounded()}
	case n < 12:
		p := d.static()
		return increment{d.number(), p, d.maybe(50), d.p.Cells[p.cell].Type}
	case n < 13:
		p := d.static()
		return storeUse{d.number(), p, d.expr(0), d.p.Cells[p.cell].Type}
	case n < 15 && !s.inside:
		ops := []string{"atomic_inc", "atomic_dec_and_test", "atomic_cmpxchg", "atomic_xchg", "atomic_add_return"}
		return atomic{d.number(), ops[d.Intn(len(ops))], cellCount, d.bounded(), d.bounded()}
	case n < 16 && !s.inside:
		return choiceOf{d.number(), int64(1 + d.Intn(2))}
	case n < 17 && d.flavor.faulty:
		return claim{arith{"<", d.expr(0), constant{3}}}
	case n < 18 && s.loop && s.held == 0 && !s.reading && !s.inside:
		return leave{[]string{"break", "continue"}[d.Intn(2)]}
	case n < 19 && len(d.p.Funcs) > 0 && !s.inFunc && !s.inside:
		return d.call()
	}
	return assign{d.number(), d.bounded()}
}

func (d *drawer) call() stmt {
	c := call{d.p.Funcs[d.Intn(len(d.p.Funcs))], d.number(), d.number(), d.bounded()}
	for c.out == c.local {
		c.out = d.number()
	}
	return c
}

func (d *drawer) control(s scope) stmt {
	switch n := d.Intn(10); {
	case n < 5 || s.inside:
		b := branch{cond: d.cond(s), then: d.body(s)}
		if d.maybe(50) {
			b.other = d.body(s)
		}
		return b
	case n < 6 && !s.inFunc && s.held == 0 && !s.reading:
		return branch{cond: d.cond(s), then: []stmt{leave{"goto out"}}}
	case n < 8 && !s.counting:
		i := len(d.locals) - 1 // of a function
		if !s.inFunc {
			i = 3
		}
		s.loop, s.counting, s.repeats = true, true, true
		return loop{i, int64(1 + d.Intn(2)), d.body(s)}
	}
	c := choose{e: d.expr(0)}
	s.loop = false // break would leave the switch
	for range 2 + d.Intn(2) {
		c.bodies = append(c.bodies, d.body(s))
		c.falls = append(c.falls, d.maybe(30))
	}
	return c
}

// section draws a critical section, or what became of one.
func (d *drawer) section(s scope) []stmt {
	i := d.Intn(len(d.p.Locks))
	if s.held&(1<<i) != 0 {
		return []stmt{d.simple(s)}
	}
	in := s
	in.held |= 1 << i
	op := func(name string) stmt { return locking{name, i, 0} }
	take, give := "", ""
	switch d.p.Locks[i].Kind {
	case Completion:
		return []stmt{op([]string{"complete", "complete", "wait_for_completion"}[d.Intn(3)])}
	case Spin:
		take, give = "spin_lock", "spin_unlock"
	case Mutex:
		take, give = "mutex_lock", "mutex_unlock"
	case Rwsem:
		return d.rwsem(i, s, in)
	}
	if d.maybe(20) {
		return d.tried(take[:len(take)-len("lock")]+"trylock", give, i, in)
	}
	return d.spoil([]stmt{op(take)}, d.body(in), []stmt{op(give)})
}

func (d *drawer) rwsem(i int, s, in scope) []stmt {
	op := func(name string) stmt { return locking{name, i, 0} }
	switch d.Intn(5) {
	case 0:
		return d.spoil([]stmt{op("down_write")}, d.body(in), append([]stmt{op("downgrade_write")}, append(d.body(in), op("up_read"))...))
	case 1:
		return d.tried("down_read_trylock", "up_read", i, in)
	case 2:
		return d.tried("down_write_trylock", "up_write", i, in)
	case 3:
		return d.spoil([]stmt{op("down_read")}, d.body(in), []stmt{op("up_read")})
	}
	return d.spoil([]stmt{op("down_write")}, d.body(in), []stmt{op("up_write")})
}

func (d *drawer) tried(take, give string, i int, in scope) []stmt {
	got := d.number()
	test := cond{parts: []part{{local: got, op: "!=", e: constant{0}}}}
	if d.flavor.faulty && d.maybe(20) {
		test.parts[0].e = constant{2}
	}
	return []stmt{locking{take, i, got}, branch{cond: test, then: append(d.body(in), locking{give, i, 0})}}
}

// spoil puts a section together, in faulty programs now and then without its end
// or its beginning.
func (d *drawer) spoil(take, body, give []stmt) []stmt {
	switch {
	case d.flavor.faulty && d.maybe(8):
		take = nil
	case d.flavor.faulty && d.maybe(8):
		give = nil
	}
	return append(append(take, body...), give...)
}

// object draws a pointer, most often one that is not NULL.
func (d *drawer) object(s scope) int {
	if d.met != 0 && d.maybe(90) {
		return d.met
	}
	return d.local(object, s)
}

func (d *drawer) objects(s scope) []stmt {
	o := d.object(s)
	slot := static{cellSlot}
	switch n := d.Intn(10); {
	case n < 3 && !s.repeats && d.p.Sites < 3:
		d.p.Sites++
		return []stmt{allocate{o, d.p.Sites - 1}, store{slot, variable{o}, true}}[:1+d.Intn(2)]
	case n < 4:
		return []stmt{store{slot, variable{o}, true}}
	case n < 6:
		test := cond{parts: []part{{local: o, op: "!=", e: null{}}}}
		return []stmt{load{o, slot, true}, branch{cond: test, then: d.body(s)}}
	case n < 7:
		return []stmt{store{field{o, fieldNext}, variable{d.local(object, s)}, true}}
	case n < 8:
		return []stmt{load{d.local(object, s), field{o, fieldNext}, true}}
	case n < 9:
		to := []place{static{cellX}, static{cellY}, element{cellRow, 3, "row", constant{1}}, field{o, fieldA}, field{o, fieldA}}
		return []stmt{point{d.local(address, s), to[d.Intn(len(to))]}}
	}
	return []stmt{release{o}}
}

// readSection draws what RCU is for: a reader, or one who waits for readers.
func (d *drawer) readSection(s scope) []stmt {
	if s.reading || s.held != 0 || d.maybe(40) {
		if s.reading || s.held != 0 {
			return []stmt{d.simple(s)}
		}
		return []stmt{rcu{"synchronize_rcu"}}
	}
	s.reading = true
	return append(append([]stmt{rcu{"rcu_read_lock"}}, d.body(s)...), rcu{"rcu_read_unlock"})
}

func (d *drawer) atomicBlock(s scope) stmt {
	s.inside = true
	b := block{}
	if d.maybe(30) {
		b.guard = d.cond(s)
		b.guard.parts = b.guard.parts[:1]
		b.guard.parts[0].from, b.guard.parts[0].marked = d.static(), false
	}
	for range 1 + d.Intn(3) {
		d.left--
		b.body = append(b.body, d.simple(s))
	}
	return b
}

// null is the null pointer.
type null struct{}

func (null) text(names) string  { return "NULL" }
func (null) eval([]int64) int64 { return 0 }
