// SPDX-License-Identifier: MIT

// This file models a page table: an entry for each page it covers, which is
// none (0), or flags and the folio that they speak of. Present, swap and
// migration entries differ in their flags, which are the business of C code
// (<linux/pgtable.h>). Reading or writing an entry, folio included, is one
// step, as it is one word in the kernel.

package model

import "fmt"

// The flags of an entry that the processor reads, as <linux/pgtable.h> has them.
const (
	entryPresent   = 1
	entryWritable  = 2
	entryMigration = 4
)

// FolioTag is the struct that page-table entries name.
const FolioTag = "folio"

var pgtableKind = &Kind{
	Name:    "pgtable",
	Tag:     "page_table",
	Doc:     "page-table entries, one a page: flags and a folio",
	Declare: declarePgtable,
	Entries: PageTableEntries,
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
	page  Expr // its number in the table
	bound Stmt // fails where there is no such page
}

func pgentryOf(c *Call) pgentry {
	v := c.Type(0).cells.(*pgtableVars)
	pg := page(c.Obj(1))
	bound := Limit{Not(MkBin(OpULt, pg, Int(v.pte.Width))),
		fmt.Sprintf("the address space of %d pages", v.pte.Width), fmt.Sprintf("MM_TASK_PAGES (now %d)", v.pte.Width)}
	return pgentry{v, Add(Mul(c.Obj(0), Int(v.pte.Width)), pg), pg, bound}
}

// step emits one access.
func (x pgentry) step(c *Call, m Mode, body ...Stmt) {
	access := &Event{Kind: Access, Type: c.Type(0), Obj: c.Obj(0), Life: c.Args[0].Life, Mode: m}
	c.Step(cat([]Stmt{x.bound, access}, body)...)
}

// change marks that the entry is about to become flags, and to name another
// folio if moved. A present entry that others may have copied (mmu notifiers)
// loses what they rely on if it names another page after that, none, or one that
// must not be written any more.
func (x pgentry) change(c *Call, flags, moved Expr) Stmt {
	has := func(flags Expr, bit int64) Expr { return Ne(MkBin(OpAnd, flags, Const(bit)), Const(0)) }
	old := At(x.pte, x.e)
	readOnly := And(has(old, entryWritable), Not(has(flags, entryWritable)))
	lost := And(has(old, entryPresent), Or(Not(has(flags, entryPresent)), readOnly, moved))
	made := And(Eq(old, Const(0)), has(flags, entryPresent))
	return &Event{Kind: Entry, Type: c.Type(0), Obj: c.Obj(0), Life: c.Args[0].Life, Mode: Write, Page: x.page, Lost: lost, Made: made}
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
	x.step(c, Write, x.change(c, c.Obj(2), False), Set{x.pte, x.e, c.Obj(2)})
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
		Check{Prop: "page-freed-mapped", Bad: dead, Text: "an entry is made that names a freed folio", Type: c.P.TypeByName(FolioTag), Obj: folio.X, Life: folio.Life},
		x.change(c, c.Obj(2), Ne(At(x.folio, x.e), folio.X)),
		Set{x.pte, x.e, c.Obj(2)},
		Set{x.folio, x.e, folio.X},
		Set{x.folio.Life, x.e, Cond(dead, Const(LifeDead), Const(0))})
}

func ptClear(c *Call) {
	x := pgentryOf(c)
	x.step(c, Write, x.change(c, Const(0), False), Set{x.pte, x.e, Const(0)}, Set{x.folio, x.e, Const(0)}, Set{x.folio.Life, x.e, Const(0)})
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

// Mapper is one place where an mm names a page table: entry number page of table
// inst translates addr for it, where names holds.
type Mapper struct {
	Names, MM Expr
	Addr      func(page Expr) Expr
}

// Mappers are the places that may name table inst of t: mm->pgd, or the items of
// mm->pmd[] of every mm there is.
func (p *Program) Mappers(t *Type, inst Expr) []Mapper {
	mm := p.TypeByName("mm_struct")
	if pgd := mm.Field("pgd"); pgd != nil && pgd.Sub == t {
		at := Lookup(t.Container(mm), inst)
		return []Mapper{{Ne(at, Const(0)), at, func(page Expr) Expr { return MkBin(OpShl, page, Const(PageShift)) }}}
	}
	pmd := mm.Field("pmd")
	if pmd == nil || pmd.Var == nil {
		return nil
	}
	var out []Mapper
	table := Lookup(t.Container(pmd.Var.Points), inst)
	for _, in := range mm.Instances {
		for j := range pmd.Count {
			first := Int(j * (p.TaskPages / pmd.Count))
			names := And(Ne(table, Const(0)), Eq(At(pmd.Var, pmd.Elem(Int(in.Num), Int(j))), table))
			out = append(out, Mapper{names, Int(in.Num), func(page Expr) Expr {
				return MkBin(OpShl, Add(first, page), Const(PageShift))
			}})
		}
	}
	return out
}
