// SPDX-License-Identifier: MIT

// This file models what a walk over a tree of vmas remembers of it between two steps:
// the node that it stands on. (The entries, and what is next to what, are those of the
// tree: see vmatree.go.) A change of the tree puts new nodes in the place of old ones,
// and RCU frees these. A walk goes on from a node that was replaced only if it has been in
// one read section since it came there: then it notices, and begins anew. While nobody
// may change the tree, since the walker holds mmap_lock, its node stays as well. When
// the walker leaves the section or gives up the lock, it has to forget the node.

package model

const maNodeTag = "ma_node"

var mapleNodeKind = &Kind{
	Name:    "maplenode",
	Tag:     maNodeTag,
	Doc:     "the node that a walk over a vma tree stands on",
	Declare: declareMapleNode,
}

func init() {
	mapleNodeKind.Ops = []*Op{
		{Name: "__mmcheck_ma_forget", Doc: "the walk begins anew", Emit: maForget},
		{Name: "__mmcheck_ma_enter", Doc: "the walk goes on in a tree, from its node if it has one", Emit: maEnter},
	}
}

// maNodeVars is the inner state of struct ma_node.
type maNodeVars struct {
	tree  *Var // whose node it is, 0 for none; dead once it was replaced
	by    *Var // who came there
	holds *Var // by what it has been kept since: maInSection, maLocked
}

const (
	maInSection = 1 << iota
	maLocked
)

func declareMapleNode(p *Program, t *Type) {
	v := &maNodeVars{
		tree:  t.cellVar("tree", 1, Cell),
		by:    t.cellVar("by", 1, Cell).naming(ThreadValue),
		holds: t.cellVar("holds", 1, Cell),
	}
	v.tree.Points = p.AddType(vmatreeTag)
	p.TrackLife(v.tree)
	t.cells = v
}

// IsNode reports whether t is what a walk over a tree of vmas remembers.
func (t *Type) IsNode() bool { return t != nil && t.Kind == mapleNodeKind }

// maNodes gives the nodes that walks stand on; nil where there are no trees.
func (p *Program) maNodes() (*Type, *maNodeVars) {
	t := p.TypeByName(maNodeTag)
	if t == nil {
		return nil, nil
	}
	return t, t.cells.(*maNodeVars)
}

// replaceNodes makes those who walk over a tree stand on nodes that are in it no more.
func (p *Program) replaceNodes(tree *Type, obj Expr) Stmt {
	_, v := p.maNodes()
	return Kill{Type: tree, Obj: obj, In: []*Var{v.tree}}
}

// lockOf is the mmap_lock of the mm that a tree belongs to, 0 where it is in none, and
// a nil type where no tree is in one.
func (p *Program) lockOf(tree *Type, obj Expr) (*Type, Expr) {
	mm := p.TypeByName("mm_struct")
	if mm == nil || !tree.CanLieIn(mm) {
		return nil, nil
	}
	return embedded(mm.Field("mmap_lock"), Lookup(tree.Container(mm), obj))
}

func (v *maNodeVars) set(n, tree, by, holds Expr) []Stmt {
	return []Stmt{
		Set{v.tree, n, tree}, Set{v.tree.Life, n, Const(0)},
		Set{v.by, n, by}, Set{v.holds, n, holds},
	}
}

// maForget is no step: others change the node of a walk only by replacing it.
func maForget(c *Call) {
	_, v := c.P.maNodes()
	c.Do(cat([]Stmt{c.Touch(0)}, v.set(c.Obj(0), Const(0), Const(0), Const(0)))...)
}

func maEnter(c *Call) {
	c.P.rcu()
	_, v := c.P.maNodes()
	n, typ, tree := c.Obj(0), c.Type(1), c.Obj(1)
	held := Expr(True)
	if lt, l := c.P.lockOf(typ, tree); lt != nil {
		held = Or(Eq(l, Const(0)), Holds(lt, l, c.Me()))
	}
	stands := Ne(At(v.tree, n), Const(0))
	replaced := Eq(At(v.tree.Life, n), Const(LifeDead))
	inSection := Ne(MkBin(OpAnd, At(v.holds, n), Const(maInSection)), Const(0))
	check := func(prop string, bad Expr, text string) Stmt {
		return Check{Prop: prop, Bad: bad, Text: text, Type: c.Type(0), Obj: n}
	}
	c.Step(cat([]Stmt{
		c.Touch(0),
		check("unstable-vma", And(Not(c.P.InReadSection(c.Me())), Not(held)),
			"the vma tree is walked with neither mmap_lock nor a read section"),
		check("stale-vma", And(stands, replaced, Not(inSection)),
			"the walk goes on from a node that the tree has replaced since"),
		check("stale-vma", And(stands, Not(replaced), Eq(At(v.holds, n), Const(0))),
			"the walk goes on from a node that nothing has kept in the tree since"),
	}, v.set(n, tree, Int(c.Me()), MkBin(OpOr,
		Cond(c.P.IsReader(c.Me()), Const(maInSection), Const(0)),
		Cond(held, Const(maLocked), Const(0)))))...)
}

// loseNodes takes a hold out of all nodes on which walks of thread t stand, where cond
// holds of the tree. A walk that loses the lock in a read section is kept by that.
func (p *Program) loseNodes(t *Thread, hold int64, cond func(typ *Type, tree Expr) Expr) []Stmt {
	typ, v := p.maNodes()
	if typ == nil {
		return nil
	}
	var out []Stmt
	for i := range typ.Instances {
		n := Int(i + 1)
		left := MkBin(OpAnd, At(v.holds, n), Const(^hold))
		if hold == maLocked {
			kept := And(p.IsReader(t.Num), Ne(At(v.tree.Life, n), Const(LifeDead)))
			left = MkBin(OpOr, left, Cond(kept, Const(maInSection), Const(0)))
		}
		loses := And(Eq(At(v.by, n), Int(t.Num)), Ne(MkBin(OpAnd, At(v.holds, n), Const(hold)), Const(0)))
		out = append(out, If{
			C:    And(loses, cond(v.tree.Points, At(v.tree, n))),
			Then: []Stmt{Set{v.holds, n, left}},
		})
	}
	return out
}
