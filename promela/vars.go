// SPDX-License-Identifier: MIT

// This file decides which Promela variables stand for the variables of a
// program: what no code writes is a constant; an array that is only indexed by
// constants is one scalar for each element written; the rest are arrays.

package promela

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"mmcheck/model"
)

// writes tells, by looking at the code only, which elements it may write.
type writes struct {
	p     *model.Program
	at    map[*model.Var]map[int64]bool
	any   map[*model.Var]bool // written at an index that is not constant
	dyn   map[*model.Var]bool // read or written at such an index
	reads map[*model.Var]bool
}

func newWrites(p *model.Program) *writes {
	w := &writes{p, map[*model.Var]map[int64]bool{}, map[*model.Var]bool{}, map[*model.Var]bool{}, map[*model.Var]bool{}}
	for _, t := range p.Threads {
		w.set(t.PC, nil)
		w.reads[t.PC] = true
		for _, b := range t.Blocks {
			w.expr(b.Cond)
			if b.Step != nil {
				w.expr(b.Step.Waits)
				for _, a := range b.Step.Alts {
					w.expr(a.Guard)
				}
			}
			b.Bodies(func(body []model.Stmt) { model.WalkStmts(body, w.stmt) })
		}
	}
	return w
}

func (w *writes) stmt(st model.Stmt) {
	if s, ok := st.(model.Set); ok {
		w.set(s.V, s.I)
	}
	for _, e := range model.StmtExprs(st) {
		w.expr(e)
	}
}

func (w *writes) expr(e model.Expr) {
	model.WalkExpr(e, func(e model.Expr) {
		if g, ok := e.(model.Get); ok {
			w.reads[g.V] = true
			if _, isConst := constIndex(g.I); !isConst {
				w.dyn[g.V] = true
			}
		}
	})
}

func (w *writes) set(v *model.Var, i model.Expr) {
	if w.at[v] == nil {
		w.at[v] = map[int64]bool{}
	}
	n, ok := constIndex(i)
	if !ok {
		w.any[v], w.dyn[v] = true, true
		return
	}
	w.at[v][n] = true
}

// constIndex gives the value of a constant index; none is index 0.
func constIndex(i model.Expr) (int64, bool) {
	if i == nil {
		return 0, true
	}
	c, ok := i.(model.Const)
	return int64(c), ok
}

func (w *writes) varies(v *model.Var, i int64) bool { return w.any[v] || w.at[v][i] }

// elements lists the positions in a State that some code may write.
func (w *writes) elements() []int {
	var out []int
	for _, v := range w.p.Vars {
		for i := 0; i < v.Len; i++ {
			if w.varies(v, int64(i)) {
				out = append(out, v.Off()+i)
			}
		}
	}
	return out
}

// decl is one Promela variable.
type decl struct {
	name   string
	v      *model.Var
	elem   int // the element it stands for, if it is a scalar
	array  bool
	fixed  bool // nothing writes it: a constant table
	lo, hi int64
}

// decls are the Promela variables of a program.
type decls struct {
	*writes
	g     *Graph
	all   []*decl
	array map[*model.Var]*decl
	elem  map[*model.Var]map[int64]*decl
	names names
}

func newDecls(p *model.Program, g *Graph) *decls {
	d := &decls{writes: newWrites(p), g: g, array: map[*model.Var]*decl{},
		elem: map[*model.Var]map[int64]*decl{}, names: names{}}
	for _, v := range p.Vars {
		switch {
		case d.dyn[v]:
			d.declareArray(v)
		case d.at[v] != nil:
			d.declareScalars(v)
		}
	}
	return d
}

func (d *decls) declareArray(v *model.Var) {
	x := &decl{name: d.names.of(d.p, v, v.Name), v: v, array: true, fixed: !d.any[v] && len(d.at[v]) == 0}
	x.lo, x.hi = d.limits(v, 0)
	for i := range v.Len {
		lo, hi := d.limits(v, i)
		x.lo, x.hi = min(x.lo, lo), max(x.hi, hi)
	}
	d.array[v] = x
	d.all = append(d.all, x)
}

func (d *decls) declareScalars(v *model.Var) {
	d.elem[v] = map[int64]*decl{}
	for i := range v.Len {
		if d.at[v][int64(i)] {
			x := &decl{name: d.names.of(d.p, v, v.ElemName(i)), v: v, elem: i}
			x.lo, x.hi = d.limits(v, i)
			d.elem[v][int64(i)] = x
			d.all = append(d.all, x)
		}
	}
}

// limits is the range of element i of v: what was seen if everything was,
// else what its C type allows.
func (d *decls) limits(v *model.Var, i int) (lo, hi int64) {
	lo, hi = d.g.lo[v.Off()+i], d.g.hi[v.Off()+i]
	if d.g.Whole || !d.varies(v, int64(i)) {
		return lo, hi
	}
	tlo, thi := int64(math.MinInt32), int64(math.MaxInt32)
	switch {
	case v.Kind == model.Counter:
		tlo, thi = 0, int64(len(d.p.Threads[v.Thread-1].Points))
	case v.Points != nil: // error pointers are small negative numbers
		tlo, thi = -4095, int64(len(v.Points.Instances))
		if d.p.Strays {
			tlo = model.Stray
		}
		if d.p.NullPlus {
			tlo = 2 * model.NullPlus
		}
	case v.Bits < 32 && v.Signed:
		tlo, thi = -1<<(v.Bits-1), 1<<(v.Bits-1)-1
	case v.Bits < 32:
		tlo, thi = 0, 1<<v.Bits-1
	}
	return min(lo, tlo), max(hi, thi)
}

// ctype is the smallest Promela type that holds lo to hi.
func ctype(lo, hi int64) string {
	switch {
	case lo >= 0 && hi <= 1:
		return "bit"
	case lo >= 0 && hi <= 255:
		return "byte"
	case lo >= math.MinInt16 && hi <= math.MaxInt16:
		return "short"
	}
	return "int"
}

// declare writes the declaration of x with its initial value.
func (x *decl) declare(init model.State) string {
	typ := ctype(x.lo, x.hi)
	if !x.array {
		return fmt.Sprintf("%s %s = %d;", typ, x.name, init[x.v.Off()+x.elem])
	}
	values := init[x.v.Off() : x.v.Off()+x.v.Len]
	if x.fixed {
		return constant(x.name, values)
	}
	return fmt.Sprintf("%s %s[%d]%s;", typ, x.name, x.v.Len, initialiser(values))
}

// constant declares an array that nothing writes; it is not part of SPIN's
// state. A bit cannot be hidden.
func constant(name string, values []int64) string {
	typ := ctype(min(0, slices.Min(values)), max(2, slices.Max(values)))
	return fmt.Sprintf("hidden %s %s[%d]%s;", typ, name, len(values), initialiser(values))
}

func initialiser(values []int64) string {
	if !slices.ContainsFunc(values, func(x int64) bool { return x != 0 }) {
		return ""
	}
	var items []string
	for _, x := range values {
		items = append(items, fmt.Sprint(x))
	}
	return " = {" + strings.Join(items, ", ") + "}"
}

// names hands out Promela identifiers, each once.
type names map[string]bool

// of makes an identifier from a name in the model. The prefix keeps it apart
// from Promela's words and from cpp's.
func (n names) of(p *model.Program, v *model.Var, name string) string {
	owner := "g"
	if v.Thread > 0 && v.Thread <= len(p.Threads) {
		owner = p.Threads[v.Thread-1].Name
		name = strings.TrimPrefix(name, owner+".")
	}
	return n.unique(identifier(owner + "_" + name))
}

func (n names) unique(id string) string {
	name := id
	for i := 2; n[name]; i++ {
		name = fmt.Sprintf("%s_%d", id, i)
	}
	n[name] = true
	return name
}

func identifier(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, s)
}
