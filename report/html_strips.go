// SPDX-License-Identifier: MIT

// This file draws, for the page of a schedule, what trees, page tables and TLBs have in
// them after each step.

package report

import (
	"fmt"
	"slices"

	"mmcheck/model"
	"mmcheck/report/page"
)

// stripSlot is what has a value for each page.
type stripSlot struct {
	slot int
	draw func(st model.State) page.Strip
}

// declareStrips lists the trees, page tables and TLBs that have something in them.
func (b *timeline) declareStrips() {
	for _, v := range b.s.prog.Vars {
		if v.Kind != model.Cell || v.Type == nil || v.Type.Kind == nil {
			continue
		}
		tree, _ := v.Type.TreePages()
		flags, folio, n := v.Type.TableEntries()
		pte, tlbFolio, pages := v.Type.Translations()
		for _, in := range v.Type.Instances {
			at := v.Off() + in.Num*v.Width
			switch {
			case v == tree:
				b.strip(in.Name, at, v.Width, func(st model.State) page.Strip { return b.vmas(st, v, in) })
			case v.Type.Kind.Tree.Rmap() && v.Points != nil:
				b.strip(in.Name+", in the order of a walk", at, v.Width, func(st model.State) page.Strip { return visits(st, v, in) })
			case v == flags:
				b.strip(in.Name, at, n, func(st model.State) page.Strip { return entriesOf(st, flags, folio, in.Num*n, n) })
			case v == pte:
				for _, t := range b.threads {
					first := in.Num*v.Width + t.Num*pages
					b.strip(fmt.Sprintf("%s of %s", in.Name, t.Name), v.Off()+first, pages, func(st model.State) page.Strip { return entriesOf(st, pte, tlbFolio, first, pages) })
				}
			}
		}
	}
}

// strip adds a strip, unless the n elements of the state from at on are never used.
func (b *timeline) strip(name string, at, n int, draw func(model.State) page.Strip) {
	if b.ever(func(st model.State) bool {
		return slices.ContainsFunc(st[at:at+n], func(x int64) bool { return x != 0 })
	}) {
		b.strips = append(b.strips, stripSlot{b.Slot(page.Slot{Group: "strip", Name: name}), draw})
	}
}

// blame marks the entries that are wrong in the end: those that name a folio which
// nothing may name any more.
func (b *timeline) blame(s page.Strip) {
	if b.s.obj == nil || b.s.obj.Type.Name != model.FolioTag || !slices.Contains([]string{"tlb-stale", "page-freed-mapped"}, b.s.find.Property.ID) {
		return
	}
	for i := range s.Boxes {
		s.Boxes[i].Bad = s.Boxes[i].Bad || s.Boxes[i].Text == b.s.obj.Name
	}
}

// boxes joins neighbours that are alike.
func boxes(n int, box func(i int) page.Box) page.Strip {
	s := page.Strip{Size: n}
	for i := range n {
		x := box(i)
		x.First, x.End = i, i+1
		if last := len(s.Boxes) - 1; last >= 0 && s.Boxes[last].Text == x.Text && s.Boxes[last].Sub == x.Sub && s.Boxes[last].Bad == x.Bad {
			s.Boxes[last].End++
			continue
		}
		s.Boxes = append(s.Boxes, x)
	}
	return s
}

// vmas draws the tree of a process: red is what is freed, or says of itself that it
// lies elsewhere.
func (b *timeline) vmas(st model.State, v *model.Var, in *model.Instance) page.Strip {
	return boxes(v.Width, func(i int) page.Box {
		e := in.Num*v.Width + i
		x := st[v.Off()+e]
		vma := instanceOf(v.Points, x)
		if vma == nil {
			return page.Box{}
		}
		box := page.Box{Text: vma.Name, Bad: dead(st, v, e)}
		value := func(field string) (int64, bool) {
			f := v.Points.Field(field)
			if f == nil || f.Var == nil {
				return 0, false
			}
			return st[f.Var.Off()+vma.Num], true
		}
		start, ok := value("vm_start")
		end, _ := value("vm_end")
		if ok && !box.Bad {
			box.Sub = fmt.Sprintf("0x%x-0x%x", start, end)
			box.Bad = int64(i)<<model.PageShift < start || int64(i)<<model.PageShift >= end
		}
		if flags, ok := value("vm_flags"); ok && !box.Bad {
			box.Sub += " " + permissions(flags)
		}
		return box
	})
}

// permissions are the first flags of a vma, as /proc shows them.
func permissions(flags int64) string {
	out := []byte("---")
	for i, c := range []byte("rwx") {
		if flags>>i&1 != 0 {
			out[i] = c
		}
	}
	return string(out)
}

// dead reports whether what element e of v led to was freed.
func dead(st model.State, v *model.Var, e int) bool {
	return v.Life != nil && st[v.Life.Off()+e] == model.LifeDead
}

// visits draws the list of vmas that a walk of the reverse mapping visits.
func visits(st model.State, v *model.Var, in *model.Instance) page.Strip {
	return boxes(v.Width, func(i int) page.Box {
		e := in.Num*v.Width + i
		if vma := instanceOf(v.Points, st[v.Off()+e]); vma != nil {
			return page.Box{Text: vma.Name, Bad: dead(st, v, e)}
		}
		return page.Box{}
	})
}

// The flags of an entry that are told from each other, as <linux/pgtable.h> has them.
const (
	entryPresent   = 1
	entryWritable  = 2
	entryMigration = 4
)

// entriesOf draws n entries from element first on.
func entriesOf(st model.State, flags, folio *model.Var, first, n int) page.Strip {
	return boxes(n, func(i int) page.Box {
		e := first + i
		x := st[flags.Off()+e]
		box := page.Box{Bad: dead(st, folio, e)}
		switch in := instanceOf(folio.Points, st[folio.Off()+e]); {
		case x == 0:
			return page.Box{}
		case in != nil:
			box.Text = in.Name
		default:
			box.Text = valueText(flags, x)
		}
		switch {
		case x&entryPresent != 0 && x&entryWritable != 0:
			box.Sub = "rw"
		case x&entryPresent != 0:
			box.Sub = "r"
		case x&entryMigration != 0:
			box.Sub = "migration"
		default:
			box.Sub = "not present"
		}
		if box.Bad {
			box.Sub += ", freed"
		}
		return box
	})
}

// ---- fields ----
