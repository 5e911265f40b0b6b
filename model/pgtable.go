// SPDX-License-Identifier: MIT

// This file models the page table of a process: one entry for each page of the
// small address space, 0 for none.

package model

import "fmt"

var pgtableKind = &Kind{
	Name:    "pgtable",
	Tag:     "page_table",
	Doc:     "page-table entries, one a page",
	Declare: func(p *Program, t *Type) { t.cells = t.cellVar("pte", p.TaskPages, Cell) },
}

func init() {
	pgtableKind.Ops = []*Op{
		{Name: "pt_get", Doc: "read the entry of an address", Emit: ptGet},
		{Name: "pt_set", Doc: "write the entry of an address", Emit: func(c *Call) { ptSet(c, c.Obj(2)) }},
		{Name: "pt_clear", Doc: "clear the entry of an address", Emit: func(c *Call) { ptSet(c, Const(0)) }},
	}
}

func ptElem(c *Call) (*Var, Expr, Stmt) {
	v := c.Type(0).cells.(*Var)
	pg := page(c.Obj(1))
	bound := Limit{Not(MkBin(OpULt, pg, Int(v.Width))),
		fmt.Sprintf("the address space of %d pages", v.Width), fmt.Sprintf("MM_TASK_PAGES (now %d)", v.Width)}
	return v, Add(Mul(c.Obj(0), Int(v.Width)), pg), bound
}

func ptGet(c *Call) {
	v, e, bound := ptElem(c)
	ret := c.Ret(nil)
	c.Step(bound, &Event{Kind: Access, Type: c.Type(0), Obj: c.Obj(0), Life: c.Args[0].Life, Mode: Read}, Set{V: ret, X: At(v, e)})
}

func ptSet(c *Call, pte Expr) {
	v, e, bound := ptElem(c)
	c.Step(bound, &Event{Kind: Access, Type: c.Type(0), Obj: c.Obj(0), Life: c.Args[0].Life, Mode: Write}, Set{v, e, pte})
}
