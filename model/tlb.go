// SPDX-License-Identifier: MIT

// This file models the TLB. Each thread has a CPU of its own, and each CPU
// remembers translations of an mm, whatever becomes of the page table, until
// they are flushed, which is one step for all CPUs. A user access goes through
// what the CPU remembers or walks the page table anew, as hardware likes; it
// asks for no VMA and takes no lock.

package model

import "fmt"

var tlbKind = &Kind{
	Name:    "tlb",
	Tag:     "mm_tlb",
	Doc:     "translations that CPUs remember, by thread and page",
	Declare: declareTLB,
	Entries: TLBEntries,
}

func init() {
	tlbKind.Ops = []*Op{
		{Name: "__mmcheck_user_access", Doc: "user mode reads or writes: the folio found, or NULL for a page fault", Emit: userAccess},
		{Name: "__mmcheck_tlb_flush", Doc: "flush_tlb_range(): all CPUs forget the translations of a range", Emit: tlbFlush},
		{Name: "__mmcheck_tlb_has", Doc: "whether some CPU remembers a translation of an address", Emit: tlbHas},
	}
}

// tlbVars is the inner state: a page-table entry as it was when it was looked
// up, for each thread and page. 0 is no entry.
type tlbVars struct {
	pte, folio *Var
	pages      int
}

func declareTLB(p *Program, t *Type) {
	n := p.TaskPages * (p.MaxThread() + 1)
	v := &tlbVars{t.cellVar("pte", n, Cell).naming(ThreadPlace), t.cellVar("folio", n, Cell).naming(ThreadPlace), p.TaskPages}
	v.folio.Points = p.AddType(FolioTag)
	p.TrackLife(v.folio)
	t.cells = v
}

// elem is the element of a thread and page in both variables.
func (v *tlbVars) elem(inst, thread, page Expr) Expr {
	return Add(Mul(inst, Int(v.pte.Width)), Add(Mul(thread, Int(v.pages)), page))
}

// tlbOf is the TLB state of the mm that is argument 0, and the instance.
func tlbOf(c *Call) (*tlbVars, Expr) {
	f := c.Type(0).Field("tlb")
	return f.Sub.cells.(*tlbVars), f.Member(c.Obj(0), Const(0))
}

// inPages bounds the modelled address space.
func (v *tlbVars) inPages(page Expr) Stmt {
	return Limit{Not(MkBin(OpULt, page, Int(v.pages))),
		fmt.Sprintf("the address space of %d pages", v.pages), fmt.Sprintf("MM_TASK_PAGES (now %d)", v.pages)}
}

// userAccess emits the three ways that an access may go.
func userAccess(c *Call) {
	v, inst := tlbOf(c)
	pg := page(c.Obj(1))
	mine := v.elem(inst, Int(c.Me()), pg)
	table, e := c.P.entryAt(c.Type(0), c.Obj(0), c.Obj(1))
	need := Cond(Ne(c.Obj(2), Const(0)), Const(entryPresent|entryWritable), Const(entryPresent))
	permits := func(pte Expr) Expr { return Eq(MkBin(OpAnd, pte, need), need) }
	ret := c.Ret(v.folio.Points)
	found := func(from *Var, at Expr) []Stmt {
		return []Stmt{Set{V: ret, X: At(from, at)}, Set{V: ret.Life, X: At(from.Life, at)}}
	}
	done := c.NewBlock()
	c.Choose(
		Alt{Guard: permits(At(v.pte, mine)), Body: found(v.folio, mine), Next: done, Label: "uses the TLB"},
		Alt{Guard: permits(At(table.pte, e)), Next: done, Label: "walks the page table", Body: cat([]Stmt{v.inPages(pg)}, found(table.folio, e), []Stmt{
			Set{v.pte, mine, At(table.pte, e)}, Set{v.folio, mine, At(table.folio, e)}, Set{v.folio.Life, mine, At(table.folio.Life, e)}})},
		Alt{Guard: Not(permits(At(table.pte, e))), Next: done, Label: "faults",
			Body: cat([]Stmt{v.inPages(pg), Set{V: ret, X: Const(0)}, Set{V: ret.Life, X: Const(0)}}, v.forget(mine))})
	c.At(done)
}

// forget drops one translation.
func (v *tlbVars) forget(e Expr) []Stmt {
	return []Stmt{Set{v.pte, e, Const(0)}, Set{v.folio, e, Const(0)}, Set{v.folio.Life, e, Const(0)}}
}

func tlbFlush(c *Call) {
	v, inst := tlbOf(c)
	var body []Stmt
	for pg := range v.pages {
		var drop []Stmt
		for t := 1; t <= c.P.MaxThread(); t++ {
			drop = append(drop, v.forget(v.elem(inst, Int(t), Int(pg)))...)
		}
		in := And(MkBin(OpULe, page(c.Obj(1)), Int(pg)), MkBin(OpULt, Int(pg<<PageShift), c.Obj(2)))
		body = append(body, If{C: in, Then: drop})
	}
	c.Step(body...)
}

func tlbHas(c *Call) {
	v, inst := tlbOf(c)
	pg := page(c.Obj(1))
	has := Expr(False)
	for t := 1; t <= c.P.MaxThread(); t++ {
		has = Or(has, Ne(At(v.pte, v.elem(inst, Int(t), pg)), Const(0)))
	}
	ret := c.Ret(nil)
	c.Step(v.inPages(pg), Set{V: ret, X: has})
}

// Translations gives what the CPUs of an mm remember, as page-table entries:
// element tlb*width+thread*pages+i is what the CPU of a thread knows of page i.
// All is nil and 0 for other types.
func (t *Type) Translations() (pte, folio *Var, pages int) {
	if t == nil || t.Kind != tlbKind {
		return nil, nil, 0
	}
	v := t.cells.(*tlbVars)
	return v.pte, v.folio, v.pages
}

// InTLB says whether some CPU remembers a translation to folio inst.
func (p *Program) InTLB(inst Expr) Expr {
	has := Expr(False)
	t := p.TypeByName(tlbKind.Tag)
	if t == nil {
		return has
	}
	v := t.cells.(*tlbVars)
	for i := v.pte.Width; i < v.pte.Len; i++ {
		has = Or(has, And(Eq(At(v.folio, Int(i)), inst), Ne(At(v.pte, Int(i)), Const(0))))
	}
	return has
}

// StaleTranslation reports whether a CPU has a translation that permits more
// than the page table does, or to another folio.
func (p *Program) StaleTranslation(s State) bool {
	mm := p.TypeByName("mm_struct")
	if mm == nil || mm.Field("tlb") == nil {
		return false
	}
	f := mm.Field("tlb")
	v := f.Sub.cells.(*tlbVars)
	for _, in := range mm.Instances {
		for t := 1; t <= p.MaxThread(); t++ {
			for pg := range v.pages {
				e := v.elem(f.Member(Int(in.Num), Const(0)), Int(t), Int(pg))
				pte := Eval(s, At(v.pte, e))
				table, at := p.entryAt(mm, Int(in.Num), Int(pg<<PageShift))
				if pte != 0 && (pte&^Eval(s, At(table.pte, at)) != 0 || Eval(s, At(v.folio, e)) != Eval(s, At(table.folio, at))) {
					return true
				}
			}
		}
	}
	return false
}
