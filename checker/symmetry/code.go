// SPDX-License-Identifier: MIT

// This file decides whether a renaming leaves a program as it is. The code of
// each thread is written down twice, once renamed, once as that of the thread
// which takes its place; both must be the same text. Where they are not, operands of
// commuting operators are put in order, and so are statements that do not touch
// each other's elements (the normal form of a trace after Foata): a loop over
// all threads, unrolled, is the same loop when threads change places.
//
// Wherever code could tell one thread or object from another other than by
// what is renamed with it (a pointer used as a number, an order of pointers, a
// number used as a pointer), the renaming is refused.

package symmetry

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mmcheck/model"
)

// preserves reports whether the program, which is o, is the same after renaming.
func (g *renaming) preserves(o *original) bool {
	w := newWriter(g, o)
	same := func(t *model.Thread) bool { return w.same(t, o.p.Threads[g.thread[t.Num]-1], o) }
	for _, t := range g.p.Threads { // most that differ differ here
		if g.thread[t.Num] != t.Num && !same(t) {
			return false
		}
	}
	for _, t := range g.p.Threads {
		if g.thread[t.Num] == t.Num && !same(t) {
			return false
		}
	}
	return true
}

// original is the code of a program as it is, for comparison.
type original struct {
	p      *model.Program
	names  map[*model.Var]string
	texts  map[form]string
	types  map[*model.Block]map[*model.Type]bool // of which a block has names
	tables map[*model.Table]string               // their names
	alike  map[string]string                     // the same by what they say
	w      *writer
}

// form is a block written as it stands, or in normal form.
type form struct {
	b      *model.Block
	normal bool
}

func newOriginal(p *model.Program) *original {
	o := &original{p: p, names: map[*model.Var]string{}, texts: map[form]string{}, tables: map[*model.Table]string{}, alike: map[string]string{}, types: map[*model.Block]map[*model.Type]bool{}}
	for i, v := range p.Vars {
		o.names[v] = "v" + strconv.Itoa(i)
	}
	o.w = newWriter(identity(p), o)
	return o
}

// tableName is the same for tables that say the same.
func (o *original) tableName(t *model.Table) string {
	name, ok := o.tables[t]
	if !ok {
		says := fmt.Sprintf("%p %p %d %v", t.Arg, t.Val, max(t.Each, 1), t.Of)
		if name = o.alike[says]; name == "" {
			name = "t" + strconv.Itoa(len(o.alike))
			o.alike[says] = name
		}
		o.tables[t] = name
	}
	return name
}

func (o *original) text(f form) string {
	text, ok := o.texts[f]
	if !ok {
		o.w.g.asked = map[*model.Type]bool{}
		text = o.w.block(f)
		o.texts[f], o.types[f.b] = text, o.w.g.asked
	}
	return text
}

// untouched reports whether b has no name that g, which moves no thread, changes.
func (o *original) untouched(b *model.Block, g *renaming) bool {
	o.text(form{b, false})
	for t := range g.inst {
		if o.types[b][t] {
			return false
		}
	}
	return true
}

// writer writes code down under a renaming.
type writer struct {
	g      *renaming
	o      *original
	names  map[*model.Var]string
	normal bool                  // in normal form
	tables map[*model.Table]bool // known to be the same after renaming
	broken bool                  // something tells the renamed from the others
	nobody []model.Expr          // pointers known to lead to no object where the writer is
}

func newWriter(g *renaming, o *original) *writer {
	return &writer{g: g, o: o, names: o.names, tables: map[*model.Table]bool{}}
}

// same reports whether t, renamed, has the code of u.
func (w *writer) same(t, u *model.Thread, o *original) bool {
	if len(t.Blocks) != len(u.Blocks) {
		return false
	}
	for i, b := range t.Blocks {
		if t == u && !w.g.threads && o.untouched(b, w.g) {
			continue
		}
		same := w.block(form{b, false}) == o.text(form{u.Blocks[i], false}) ||
			w.block(form{b, true}) == o.text(form{u.Blocks[i], true})
		if !same || w.broken {
			return false
		}
	}
	return true
}

// refuse notes a use of a name that a renaming of it would change.
func (w *writer) refuse(s sort) {
	switch s.kind {
	case pointer:
		w.broken = w.g.names(s.to) != nil || w.broken
	case threadNum, queueEntry, threadSet:
		w.broken = w.broken || w.g.threads
	}
}

func (w *writer) block(f form) string {
	w.normal = f.normal
	var b strings.Builder
	fmt.Fprintf(&b, "%d/%d: %s", f.b.ID, f.b.PC, w.body(f.b.Body))
	if f.b.Cond != nil {
		b.WriteString(" if " + w.expr(f.b.Cond, sort{kind: truth}))
	}
	fmt.Fprintf(&b, " then %s else %s\n", blockName(f.b.Then), blockName(f.b.Else))
	if f.b.Step != nil {
		b.WriteString(w.step(f.b.Step))
	}
	return b.String()
}

func blockName(b *model.Block) string {
	if b == nil {
		return "end"
	}
	return strconv.Itoa(b.ID)
}

func (w *writer) step(st *model.Step) string {
	var b strings.Builder
	if st.Waits != nil {
		b.WriteString("waits " + w.expr(st.Waits, sort{kind: threadSet}))
	}
	for _, a := range st.Alts {
		b.WriteString(" alt ")
		if a.Guard != nil {
			b.WriteString(w.expr(a.Guard, sort{kind: truth}))
		}
		fmt.Fprintf(&b, " do %s to %s\n", w.body(a.Body), blockName(a.Next))
	}
	return b.String()
}

// body writes the statements; in normal form by level, and within a level, where all
// commute, by text.
func (w *writer) body(body []model.Stmt) string {
	type line struct {
		level int
		text  string
	}
	if len(body) == 1 {
		return w.stmt(body[0])
	}
	if !w.normal {
		var b strings.Builder
		for _, st := range body {
			b.WriteString(w.stmt(st) + "; ")
		}
		return b.String()
	}
	lines := make([]line, 0, len(body))
	d := newDependence()
	for _, st := range body {
		lines = append(lines, line{d.level(st), w.stmt(st)})
	}
	slices.SortFunc(lines, func(a, b line) int {
		return cmp.Or(cmp.Compare(a.level, b.level), cmp.Compare(a.text, b.text))
	})
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(strconv.Itoa(l.level) + " " + l.text + "; ")
	}
	return b.String()
}

func (w *writer) stmt(st model.Stmt) string {
	switch st := st.(type) {
	case model.Set:
		x := w.alloc(st)
		if x == "" {
			x = w.expr(st.X, sortOfVar(st.V))
		}
		return w.element(st.V, st.I) + " = " + x
	case model.If:
		return "if " + w.expr(st.C, sort{kind: truth}) + " {" + w.body(st.Then) + "} {" + w.body(st.Else) + "}"
	case model.Check:
		return "check " + st.Prop + " " + w.expr(st.Bad, sort{kind: truth})
	case model.Use:
		return fmt.Sprintf("use %d %d %s", st.Mode, st.Mark, w.element(st.V, st.I))
	case model.Note:
		if st.When == model.True { // see shareNotes
			return "note"
		}
		return fmt.Sprintf("note %d %s", st.N, w.expr(st.When, sort{kind: truth}))
	case model.Limit:
		return "limit " + w.expr(st.When, sort{kind: truth})
	}
	return ""
}

// alloc writes the choice of the first free object, which is a choice among
// interchangeable ones (see pool.comparable); "" for any other assignment.
func (w *writer) alloc(st model.Set) string {
	t := st.V.Points
	if t == nil || t.Live == nil {
		return ""
	}
	x := st.X
	for n := t.PoolFirst; n < t.PoolFirst+t.Pool; n++ {
		s, ok := x.(model.Sel)
		if !ok || s.C != model.Eq(model.At(t.Live, model.Int(n)), model.Const(0)) || s.A != model.Expr(model.Int(n)) {
			return ""
		}
		x = s.B
	}
	if x != model.Expr(model.Const(0)) {
		return ""
	}
	return "alloc " + t.Name
}

// expr writes e, whose value is used as the sort want.
func (w *writer) expr(e model.Expr, want sort) string {
	if c, ok := e.(model.Const); ok {
		return decimal(w.g.as(want, int64(c)))
	}
	have := sortOf(e)
	if want.kind != truth && have != want && have.kind != anything {
		w.refuse(have)
		w.refuse(want)
	}
	switch e := e.(type) {
	case model.Get:
		return w.element(e.V, e.I)
	case model.Un:
		if e.Op == model.OpNot {
			return "!" + w.expr(e.X, sort{kind: truth})
		}
		return fmt.Sprintf("%d~(%s)", e.Op, w.expr(e.X, sort{kind: number}))
	case model.Bin:
		return w.bin(e, want)
	case model.Sel:
		return "(" + w.expr(e.C, sort{kind: truth}) + " ? " + w.chosen(e, want) + " : " + w.expr(e.B, want) + ")"
	case model.Map:
		return w.lookup(e)
	case model.Conv:
		return fmt.Sprintf("conv%d%v(%s)", e.Bits, e.Signed, w.expr(e.X, sort{kind: number}))
	}
	panic("checker: unknown expression")
}

// chosen writes the first arm of e, which may compute with a pointer that is known
// to lead to no object.
func (w *writer) chosen(e model.Sel, want sort) string {
	defer func(outer []model.Expr) { w.nobody = outer }(w.nobody)
	if b, ok := e.C.(model.Bin); ok && b.Op == model.OpLt {
		if c, fixed := b.Y.(model.Const); fixed && c <= 0 {
			w.nobody = append(slices.Clip(w.nobody), b.X)
		}
	}
	return w.expr(e.A, want)
}

// operandSort is the sort in which an operator takes its operands.
func (w *writer) operandSort(e model.Bin, want sort) sort {
	switch e.Op {
	case model.OpLAnd, model.OpLOr:
		return sort{kind: truth}
	case model.OpEq, model.OpNe:
		return joinSorts(sortOf(e.X), sortOf(e.Y))
	case model.OpOr:
		if want.kind == threadSet {
			return want
		}
	case model.OpShr, model.OpAnd:
		if s := sortOf(e.X); s.kind == queueEntry && (shifted(e) || flagged(e)) {
			return s
		}
	}
	return sort{kind: number}
}

func (w *writer) bin(e model.Bin, want sort) string {
	if t := bitOfThread(e); t != nil {
		return "bit(" + w.expr(t, sort{kind: threadNum}) + ")"
	}
	if e.Op == model.OpLt || e.Op == model.OpLe {
		if text := w.bound(e); text != "" {
			return text
		}
	}
	s := w.operandSort(e, want)
	if offset(e) {
		if s = sortOf(e.X); !slices.Contains(w.nobody, e.X) {
			w.refuse(s)
		}
		return "(" + w.expr(e.X, s) + operator(e.Op) + decimal(int64(e.Y.(model.Const))) + ")"
	}
	if shifted(e) || flagged(e) { // the number 1 is no name
		return "(" + w.expr(e.X, s) + operator(e.Op) + "1)"
	}
	ops := w.operands(e, e.Op, s, nil)
	if w.normal && commutes[e.Op] {
		slices.Sort(ops)
	}
	return "(" + strings.Join(ops, operator(e.Op)) + ")"
}

// commutes lists the operators whose operands may change places. Evaluation
// has no effects, so that the short-circuit operators are among them.
var commutes = map[model.BinOp]bool{
	model.OpAdd: true, model.OpMul: true, model.OpAnd: true, model.OpOr: true, model.OpXor: true,
	model.OpEq: true, model.OpNe: true, model.OpLAnd: true, model.OpLOr: true,
}

// operands writes the operands of e, taking apart nested uses of an operator
// that is associative.
func (w *writer) operands(e model.Expr, op model.BinOp, s sort, out []string) []string {
	b, ok := e.(model.Bin)
	if !ok || b.Op != op || len(out) > 0 && (op == model.OpEq || op == model.OpNe || !commutes[op]) {
		return append(out, w.expr(e, s))
	}
	if !commutes[op] || op == model.OpEq || op == model.OpNe || bitOfThread(b) != nil {
		return append(out, w.expr(b.X, s), w.expr(b.Y, s))
	}
	return w.operands(b.Y, op, s, w.operands(b.X, op, s, out))
}

// bound writes a comparison of a pointer with a constant that nothing renamed
// crosses, such as a test for an error pointer; "" for anything else.
func (w *writer) bound(e model.Bin) string {
	s := joinSorts(sortOf(e.X), sortOf(e.Y))
	if s.kind != pointer {
		return ""
	}
	var less func(n int64) bool
	c, left := e.X.(model.Const)
	d, right := e.Y.(model.Const)
	switch {
	case left:
		less = func(n int64) bool { return model.EvalBin(e.Op, int64(c), n) != 0 }
	case right:
		less = func(n int64) bool { return model.EvalBin(e.Op, n, int64(d)) != 0 }
	default:
		w.refuse(s)
		return ""
	}
	for n, m := range w.g.names(s.to) {
		if less(int64(n)) != less(int64(m)) {
			w.refuse(s)
		}
	}
	if left {
		return "(" + decimal(int64(c)) + operator(e.Op) + w.expr(e.Y, s) + ")"
	}
	return "(" + w.expr(e.X, s) + operator(e.Op) + decimal(int64(d)) + ")"
}

// lookup writes a look-up in a table, which must be the same after renaming.
func (w *writer) lookup(e model.Map) string {
	if _, known := w.tables[e.T]; !known && !w.broken {
		w.tables[e.T] = w.sameTable(e.T)
	}
	if !w.tables[e.T] {
		w.broken = true
	}
	w.g.names(e.T.Arg)
	w.g.names(e.T.Val)
	arg := sort{kind: number}
	x := e.X
	if e.T.Arg != nil {
		if e.T.Each > 1 {
			return fmt.Sprintf("%s[%s]", w.o.tableName(e.T), w.place(x, e.T.Arg, e.T.Each, number))
		}
		arg = sort{pointer, e.T.Arg}
	}
	return fmt.Sprintf("%s[%s]", w.o.tableName(e.T), w.expr(x, arg))
}

// sameTable reports whether renaming arguments renames results.
func (w *writer) sameTable(t *model.Table) bool {
	each := max(t.Each, 1)
	for i, x := range t.Of {
		if t.Arg != nil {
			i = int(w.g.instance(t.Arg, int64(i/each)))*each + i%each
		}
		if t.Val != nil {
			x = w.g.instance(t.Val, x)
		}
		if t.At(int64(i)) != x {
			return false
		}
	}
	return true
}

// element writes element i of v.
func (w *writer) element(v *model.Var, i model.Expr) string {
	name := w.names[w.g.variable(v)]
	item := number
	if v.Names == model.ThreadPlace {
		item = threadNum
	}
	switch c, isConst := i.(model.Const); {
	case i == nil:
		return name
	case isConst:
		return name + "[" + decimal(w.g.index(v, int64(c))) + "]"
	case v.Type == nil:
		return name + "[" + w.expr(i, sort{kind: item}) + "]"
	}
	return name + "[" + w.place(i, v.Type, v.Width, item) + "]"
}

// place writes the index instance*width + item.
func (w *writer) place(i model.Expr, t *model.Type, width int, item sortKind) string {
	if width == 1 {
		return w.expr(i, sort{pointer, t})
	}
	inst, rest := i, model.Expr(model.Const(0))
	if b, ok := i.(model.Bin); ok && b.Op == model.OpAdd {
		inst, rest = b.X, b.Y
	}
	n := ""
	switch x := inst.(type) {
	case model.Const:
		if int(x)%width == 0 {
			n = decimal(w.g.instance(t, int64(x)/int64(width)))
		}
	case model.Bin:
		if x.Op == model.OpMul && x.Y == model.Expr(model.Int(width)) {
			n = w.expr(x.X, sort{pointer, t})
		}
	}
	if n == "" {
		w.refuse(sort{pointer, t})
		w.refuse(sort{kind: item})
		return w.expr(i, sort{kind: number})
	}
	return n + ", " + w.expr(rest, sort{kind: item})
}

func decimal(x int64) string { return strconv.FormatInt(x, 10) }

func operator(op model.BinOp) string { return " " + strconv.Itoa(int(op)) + " " }
