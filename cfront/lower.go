// SPDX-License-Identifier: MIT

// This file holds the state of the lowering: of the whole program (lowerer),
// of the thread whose code is being written (builder), and of the function
// being inlined (frame). Functions are inlined; since there is no recursion, a
// local variable of C needs one register in a thread, however often its
// function is called.

package cfront

import (
	"fmt"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// lowerer is the state of building one Program.
type lowerer struct {
	*found
	unit       *Unit
	prog       *model.Program
	diags      Diagnostics
	records    map[string]*record
	pending    []*record // declared, but their members are still to come
	globals    map[string]lval
	statics    map[*cc.Declarator]lval
	strings    map[cc.StringValue]lval
	words      map[string]bool                       // whether the spec has them
	freePtrs   map[string]int64                      // by struct tag: the offset of the free pointer of its pool
	defs       map[string]*cc.InitDeclarator         // file scope variables
	staticDefs map[*cc.Declarator]*cc.InitDeclarator // static locals
	addressed  []model.Expr                          // pointers to scalars that get into the code late
	keys       map[*model.Var]any                    // whose variables they are
	elements   map[*model.Type]cc.Type               // of types of scalars: one of the C types
	elemTypes  map[*model.Type]cc.Type               // of arrays that are allocated: the elements
	origin     map[*model.Local]cc.Node              // what declares it
	unstable   map[*model.Var]bool                   // registers whose address is taken
	runs       map[*model.Field]*[]*model.Field      // of bit-fields: those that are one memory location with it
	tables     map[*model.Field]*model.Table         // container_of
	snippets   map[cc.Node]snippet
	partOf     map[cc.Node]cc.ExpressionNode   // operands beside which all else is private: what they are part of
	lines      map[string][]int                // by file: where its lines begin
	late       []func()                        // run when all code is there
	callbacks  []*cc.FunctionDefinition        // of call_rcu()
	node       cc.Node                         // what is being lowered, for errors
	places     map[model.Pos]int               // places in Program.Statements
	listed     map[*cc.FunctionDefinition]bool // whose statements are there
	orders     map[*cc.PostfixExpression]int   // __mmcheck_order(): places in Program.Statements
	nextOrder  string                          // the order that the next access has
}

func newLowerer(u *Unit, all *found) *lowerer {
	l := &lowerer{
		found: all, unit: u, records: map[string]*record{}, globals: map[string]lval{}, words: map[string]bool{}, freePtrs: map[string]int64{}, statics: map[*cc.Declarator]lval{}, strings: map[cc.StringValue]lval{},
		defs: map[string]*cc.InitDeclarator{}, staticDefs: map[*cc.Declarator]*cc.InitDeclarator{}, origin: map[*model.Local]cc.Node{}, unstable: map[*model.Var]bool{},
		runs:   map[*model.Field]*[]*model.Field{},
		tables: map[*model.Field]*model.Table{}, snippets: map[cc.Node]snippet{}, partOf: map[cc.Node]cc.ExpressionNode{}, lines: map[string][]int{},
		keys: map[*model.Var]any{}, elements: map[*model.Type]cc.Type{}, elemTypes: map[*model.Type]cc.Type{},
		places: map[model.Pos]int{}, listed: map[*cc.FunctionDefinition]bool{}, orders: map[*cc.PostfixExpression]int{},
	}
	l.collectGlobals()
	return l
}

// builder writes the code of one thread.
type builder struct {
	*lowerer
	c        *model.Code // nil in static initialisers
	t        *model.Thread
	f        *frame
	task     model.Value // current
	regs     map[regKey]*model.Var
	structs  map[*cc.Declarator]lval
	literals map[cc.Node]lval
	locals   map[cc.Node][]*model.Local // by what declares them
	guard    *[]model.Stmt              // in WAIT_UNTIL: the accesses of the condition; nil elsewhere
	racy     bool                       // in data_race()
	vouched  bool                       // in stable_vma()
	anyone   bool                       // not the code of any thread: a declaration
}

// regKey names the register of a local variable. A void * parameter has one
// for each type that it is given.
type regKey struct {
	d      *cc.Declarator
	points *model.Type
}

// sharedKey names a local scalar of a thread.
type sharedKey struct {
	thread int
	d      cc.Node
}

// frame is one function being lowered.
type frame struct {
	fn     *cc.FunctionDefinition
	caller *frame
	chosen bool              // called through a pointer that may lead elsewhere
	pure   cc.ExpressionNode // of which it gives the value, in the condition of WAIT_UNTIL
	stack  []model.Frame
	vars   map[*cc.Declarator]variable
	labels map[cc.Node]*model.Block
	brk    exit                  // where break goes
	cont   exit                  // where continue goes
	alive  []alive               // what is in scope, the latest last
	ret    *model.Block          // where return goes
	result lval                  // where return puts its value; no type if the function is void
	want   *model.Type           // what a void * result is converted to
	values []value               // values returned so far
	atomic map[*model.Block]bool // labels within ATOMIC
	jumps  []jump                // gotos from elsewhere
}

// jump is a goto outside of ATOMIC.
type jump struct {
	from cc.Node
	to   *model.Block
}

func newFrame(fn *cc.FunctionDefinition) *frame {
	return &frame{fn: fn, vars: map[*cc.Declarator]variable{}, labels: map[cc.Node]*model.Block{}, atomic: map[*model.Block]bool{}}
}

// variable is a local variable: an object, or a name for a value that cannot
// change.
type variable struct {
	lval
	bound *value
}

// value is the value of an expression.
type value struct {
	model.Value
	ref  *lval        // what a pointer to a scalar, or an array, refers to; nil if not known
	obj  model.Expr   // the instance that a pointer leads to, 0 if X is no address of one; nil: X
	word *machineWord // what X does not say: of an integer that may be an address, all
	text string       // of a string literal that is given to a native
}

// object is the instance that pointer v leads to, where it leads to one.
func (v value) object() model.Expr {
	if v.obj != nil {
		return v.obj
	}
	return v.X
}

// number is a value that is no pointer.
func number(x model.Expr) value { return value{Value: model.Value{X: x}} }

// failure is thrown where something cannot be lowered.
type failure struct{ Diagnostic }

// fail gives up what is being lowered at n.
func (l *lowerer) fail(n cc.Node, format string, args ...any) {
	panic(failure{Diagnostic{Pos: posOf(place(n)), Len: extent(n), Text: fmt.Sprintf(format, args...), ID: "unsupported"}})
}

// report adds an error at n.
func (l *lowerer) report(n cc.Node, id, text string) {
	l.diags = append(l.diags, Diagnostic{Pos: posOf(place(n)), Len: extent(n), Text: text, ID: id})
}

// crashed turns a panic into a diagnostic. Anything but a failure is an error
// of this program, reported with the place in the spec that provokes it.
func (l *lowerer) crashed(r any) {
	if f, ok := r.(failure); ok {
		l.diags = append(l.diags, f.Diagnostic)
		return
	}
	if e, ok := r.(model.TooLarge); ok {
		l.report(l.node, "too-large", e.Error())
		return
	}
	d := Diagnostic{Pos: model.Pos{File: l.unit.Name}, Text: fmt.Sprintf("internal error while lowering this: %v", r), ID: "internal"}
	switch {
	case !isNil(l.node):
		d.Pos = posOf(l.node)
	case len(l.unit.Order) > 0:
		d.Pos = posOf(l.unit.Order[len(l.unit.Order)-1].Declarator)
	}
	l.diags = append(l.diags, d)
}

// guarded runs f and reports a failure in it, so that what follows is looked
// at too.
func (b *builder) guarded(n cc.Node, f func()) {
	saved := *b
	atomic := b.c.InAtomic()
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		if fl, ok := r.(failure); !ok || atomic != b.c.InAtomic() {
			panic(r)
		} else {
			b.lowerer.diags = append(b.lowerer.diags, fl.Diagnostic)
		}
		*b = saved
		b.c.At(b.c.NewBlock())
	}()
	b.node = n
	f()
}

// intOf returns an integer constant of the C checker.
func intOf(v cc.Value) (int64, bool) {
	switch x := v.(type) {
	case cc.Int64Value:
		return int64(x), true
	case cc.UInt64Value:
		return int64(x), true
	}
	return 0, false
}

// constOf returns the value of a constant expression.
func constOf(x model.Expr) (int64, bool) {
	c, ok := x.(model.Const)
	return int64(c), ok
}

// truth is x as a condition with the value 0 or 1.
func truth(x model.Expr) model.Expr {
	if model.IsBoolean(x) {
		return x
	}
	return model.Ne(x, model.Const(0))
}
