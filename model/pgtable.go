// SPDX-License-Identifier: MIT

// This file models a page table: an entry for each page it covers, which is
// none (0), or flags and the folio that they speak of. Present, swap and
// migration entries differ in their flags, which are the business of C code
// (<linux/pgtable.h>). Reading or writing an entry, folio included, is one
// step, as it is one word in the kernel.

package model

import "fmt"

// FolioTag is the struct that page-table entries name.
const FolioTag = "folio"

var pgtableKind = &Kind{
	Name:    "pgtable",
	Tag:     "page_table",
	Doc:     "page-table entries, one a page: flags and a folio",
	Declare: declarePgtable,
}

func init() {
	pgtableKind.Ops = []*Op{
		{Name: "pt_get", Doc: "read the flags of an entry, 0 for none", Emit: ptGet},
		{Name: "pt_folio", Doc: "the folio that an entry names, or NULL", Emit: ptFolio},
		{Name: "pt_entry_of", Doc: "the flags of an entry if it names a given folio, else 0", Emit: ptEntryOf},
		{Name: "pt_set", Doc: "write the flags of an entry; the folio stays", Emit: ptSet},
		{Name: "pt_set_folio", Doc: "write an entry, flags and folio", Emit: ptSetFolio},
		{Name: "pt_clear", Doc: "clear an entry", Emit: ptClear},
	}
}

// pgtableVars is the inner state: two variables of one item a page.
type pgtableVars struct {
	pte, folio *Var
}

func declarePgtable(p *Program, t *Type) {
	v := &pgtableVars{t.cellVar("pte", p.TaskPages, Cell), t.cellVar("folio", p.TaskPages, Cell)}
	v.folio.Points = p.AddType(FolioTag)
	p.TrackLife(v.folio)
	t.cells = v
}

// pgentry is one entry as the operations see it.
type pgentry struct {
	*pgtableVars
	e     Expr // its element in both variables
	bound Stmt // fails where there is no such page
}

func pgentryOf(c *Call) pgentry {
	v := c.Type(0).cells.(*pgtableVars)
	pg := page(c.Obj(1))
	bound := Limit{Not(MkBin(OpULt, pg, Int(v.pte.Width))),
		fmt.Sprintf("the address space of %d pages", v.pte.Width), fmt.Sprintf("MM_TASK_PAGES (now %d)", v.pte.Width)}
	return pgentry{v, Add(Mul(c.Obj(0), Int(v.pte.Width)), pg), bound}
}

// step emits one access.
func (x pgentry) step(c *Call, m Mode, body ...Stmt) {
	access := &Event{Kind: Access, Type: c.Type(0), Obj: c.Obj(0), Life: c.Args[0].Life, Mode: m}
	c.Step(cat([]Stmt{x.bound, access}, body)...)
}

func ptGet(c *Call) {
	x, ret := pgentryOf(c), c.Ret(nil)
	x.step(c, Read, Set{V: ret, X: At(x.pte, x.e)})
}

func ptFolio(c *Call) {
	x, ret := pgentryOf(c), c.Ret(c.P.TypeByName(FolioTag))
	x.step(c, Read,
		Set{V: ret, X: At(x.folio, x.e)},
		Set{V: ret.Life, X: At(x.folio.Life, x.e)})
}

func ptEntryOf(c *Call) {
	x, ret := pgentryOf(c), c.Ret(nil)
	names := And(Eq(At(x.folio, x.e), c.Obj(2)), Ne(At(x.folio.Life, x.e), Const(LifeDead)))
	x.step(c, Read, Set{V: ret, X: Cond(names, At(x.pte, x.e), Const(0))})
}

func ptSet(c *Call) {
	x := pgentryOf(c)
	x.step(c, Write, x.maps(c), Set{x.pte, x.e, c.Obj(2)})
}

// maps tells of an entry that maps a page where nothing was.
func (x pgentry) maps(c *Call) Stmt {
	maps := And(Eq(At(x.pte, x.e), Const(0)), Ne(MkBin(OpAnd, c.Obj(2), Const(pagePresent)), Const(0)))
	return If{C: maps, Then: []Stmt{&Event{Kind: Mapping, Type: c.Type(0), Obj: c.Obj(0)}}}
}

// ptSetFolio installs an entry; one that names a freed folio is the way to
// map a page that belongs to somebody else by now.
func ptSetFolio(c *Call) {
	x, folio := pgentryOf(c), c.Args[3]
	dead := Expr(False)
	if folio.Life != nil {
		dead = And(Ne(folio.X, Const(0)), Eq(folio.Life, Const(LifeDead)))
	}
	x.step(c, Write,
		x.maps(c),
		Check{Prop: "page-freed-mapped", Bad: dead, Text: "an entry is made that names a freed folio", Type: c.P.TypeByName(FolioTag), Obj: folio.X, Life: folio.Life},
		Set{x.pte, x.e, c.Obj(2)},
		Set{x.folio, x.e, folio.X},
		Set{x.folio.Life, x.e, Cond(dead, Const(LifeDead), Const(0))})
}

func ptClear(c *Call) {
	x := pgentryOf(c)
	x.step(c, Write, Set{x.pte, x.e, Const(0)}, Set{x.folio, x.e, Const(0)}, Set{x.folio.Life, x.e, Const(0)})
}

// TableEntries gives, for the properties, the flags and the folio of the
// entries of a page table: element table*n+i belongs to page i.
func (t *Type) TableEntries() (pte, folio *Var, n int) {
	if t == nil || t.Kind != pgtableKind {
		return nil, nil, 0
	}
	v := t.cells.(*pgtableVars)
	return v.pte, v.folio, v.pte.Width
}

// Flags of entries that the cells look at, as in <linux/pgtable.h>.
const (
	pagePresent = 1
	pageRW      = 2
)

// HasTable says whether a page table belongs to mm inst: mm->pmd[] names it, or
// it is mm->pgd.
func (p *Program) HasTable(mm *Type, inst, table Expr) Expr {
	if pgd := mm.Field("pgd"); pgd != nil && pgd.Sub != nil && pgd.Sub.Kind == pgtableKind {
		return Eq(pgd.Member(inst, Const(0)), table)
	}
	has := Expr(False)
	if pmd := mm.Field("pmd"); pmd != nil && pmd.Var != nil {
		ptes := pmd.Var.Points.Field("ptes")
		for i := range pmd.Count {
			has = Or(has, Eq(ptes.Member(At(pmd.Var, pmd.Elem(inst, Int(i))), Const(0)), table))
		}
	}
	return has
}

// entryAt is the element of the entry for address addr of mm: in the table
// that mm->pmd[] names, or in mm->pgd where an mm has one table for all.
func (p *Program) entryAt(mm *Type, inst, addr Expr) (*pgtableVars, Expr) {
	pg := page(addr)
	table := mm.Field("pgd")
	if pmd := mm.Field("pmd"); pmd != nil && pmd.Var != nil {
		per := Int(p.TaskPages / pmd.Count)
		table = pmd.Var.Points.Field("ptes")
		inst = At(pmd.Var, pmd.Elem(inst, MkBin(OpUDiv, pg, per)))
		pg = MkBin(OpUMod, pg, per)
	}
	if table == nil || table.Sub == nil || table.Sub.Kind != pgtableKind {
		return nil, nil
	}
	return table.Sub.cells.(*pgtableVars), Add(Mul(table.Member(inst, Const(0)), Int(p.TaskPages)), pg)
}
