// SPDX-License-Identifier: MIT

// This file checks that the vma tree and the vmas agree whenever somebody
// else may look.

package property

import (
	"fmt"

	"mmcheck/model"
)

// VMATree: the vma tree disagrees with its vmas.
var VMATree = &Property{
	ID:       "vma-tree",
	Severity: Error,
	Short:    "the vma tree disagrees with its vmas",
	Doc: `When mmap_lock is given up or downgraded by a writer, every vma in the tree
must cover exactly the range [vm_start, vm_end) of the tree, belong to that
mm, and not be marked as detached, in kernels with per-VMA locks. While mmap_lock is held for writing anything goes.

When all threads have ended, a page table must have no entry at an address that
no vma covers: nobody will ever take it away, and it is still there when the
address is given out again.

An empty range stored in the tree, and a vma inserted twice into an i_mmap
tree or removed without being in it, are reported here too.

Not judged: map_count, and the gaps that the tree of before 6.1 keeps; trees of
a process that is being made or taken apart, while mmap_lock is held.

Source: validate_mm() in mm/vma.c (mm/mmap.c before 6.11), which checks the same
with CONFIG_DEBUG_VM_MAPLE_TREE.`,
	Expand: func(p *model.Program, t *model.Thread, e *model.Event) []model.Check {
		if (e.Kind != model.Release && e.Kind != model.Downgrade) || e.Mode != model.Write {
			return nil
		}
		var out []model.Check
		for _, typ := range p.Types {
			pages, n := typ.TreePages()
			for _, in := range typ.Instances {
				lock := siblingLock(in, "mmap_lock")
				if pages == nil || lock == nil || lock.Type != e.Lock.Type {
					continue
				}
				mine := model.Eq(e.Lock.Inst, model.Int(lock.Num))
				bad, detached := model.Expr(model.False), model.Expr(model.False)
				for i := 0; i < n; i++ {
					bad = model.Or(bad, pageWrong(pages, in, i, n))
					detached = model.Or(detached, pageDetached(p, pages, in.Num*n+i))
				}
				out = append(out, model.Check{
					Bad: model.And(mine, bad), Text: "the vma tree of " + in.In.Name + " disagrees with its vmas",
					Type: typ, Obj: model.Int(in.Num),
				})
				if detached != model.Expr(model.False) {
					out = append(out, model.Check{
						Bad: model.And(mine, detached), Text: "the vma tree of " + in.In.Name + " disagrees with a vma, which is marked as detached",
						Type: typ, Obj: model.Int(in.Num),
					})
				}
			}
		}
		return out
	},
	Final: func(p *model.Program, s model.State) string {
		if nowhere, _ := p.Lost(s); len(nowhere) > 0 {
			return fmt.Sprintf("%s: something is mapped at %#x, where no vma is", nowhere[0].MM.Name, nowhere[0].Addr)
		}
		return ""
	},
}

// siblingLock is the lock called name in the struct that in is embedded in.
func siblingLock(in *model.Instance, name string) *model.Instance {
	if in.In == nil {
		return nil
	}
	f := in.In.Type.Field(name)
	if f == nil || f.Sub == nil {
		return nil
	}
	return f.Sub.Instances[f.Embed.At(int64(in.In.Num))-1]
}

// pageWrong says whether page i of a tree names a vma that does not cover
// exactly the pages the tree gives it. Neighbours are compared, so that all
// pages together prove whole ranges.
func pageWrong(pages *model.Var, in *model.Instance, i, n int) model.Expr {
	vma := pages.Points
	at := func(j int) model.Expr { return model.At(pages, model.Int(in.Num*n+j)) }
	v := at(i)
	start, end := model.At(vma.Field("vm_start").Var, v), model.At(vma.Field("vm_end").Var, v)
	lo, hi := model.Int(i<<model.PageShift), model.Int((i+1)<<model.PageShift)
	wrong := model.Or(model.Lt(lo, start), model.Lt(end, hi))
	if i > 0 {
		wrong = model.Or(wrong, model.And(model.Lt(start, lo), model.Ne(at(i-1), v)))
	}
	if i+1 < n {
		wrong = model.Or(wrong, model.And(model.Lt(hi, end), model.Ne(at(i+1), v)))
	}
	if mm := vma.Field("vm_mm"); mm != nil {
		wrong = model.Or(wrong, model.Ne(model.At(mm.Var, v), model.Int(in.In.Num)))
	}
	return model.And(coversPage(pages, in.Num*n+i), wrong)
}

// pageDetached says whether element i of the trees names a vma that says that it is
// in no tree.
func pageDetached(p *model.Program, pages *model.Var, i int) model.Expr {
	detached := p.Detached(model.At(pages, model.Int(i)))
	if detached == nil {
		return model.False
	}
	return model.And(coversPage(pages, i), detached)
}

// coversPage says whether element i of the trees names a vma that was not freed.
func coversPage(pages *model.Var, i int) model.Expr {
	freed := model.Eq(model.At(pages.Life, model.Int(i)), model.Const(model.LifeDead))
	return model.And(model.Ne(model.At(pages, model.Int(i)), model.Const(0)), model.Not(freed))
}
