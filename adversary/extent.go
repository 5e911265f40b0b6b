// SPDX-License-Identifier: MIT

// This file finds out, by running threads on the plain interpreter, which pages they have
// to do with, and which adversaries change anything there.

package adversary

import (
	"cmp"
	"encoding/binary"
	"maps"
	"slices"

	"mmcheck/model"
)

// enough is how many states are looked at.
const enough = 2000

// walk calls visit on the first states that a program comes by, and on each with the one
// that it comes from; before is nil for the initial one. Where a step breaks a rule, it
// goes no further.
func walk(p *model.Program, visit func(before, s model.State)) {
	key := func(s model.State) string {
		b := make([]byte, 0, 8*len(s))
		for _, x := range s {
			b = binary.LittleEndian.AppendUint64(b, uint64(x))
		}
		return string(b)
	}
	seen := map[string]bool{key(p.Initial): true}
	visit(nil, p.Initial)
	for queue := []model.State{p.Initial}; len(queue) > 0 && len(seen) < enough; queue = queue[1:] {
		s := queue[0]
		for _, t := range p.Threads {
			b := t.Point(s)
			for i := 0; b != nil && i < len(b.Step.Alts); i++ {
				if !model.Enabled(s, &b.Step.Alts[i]) {
					continue
				}
				out := t.Fire(s, i, func(string) bool { return true })
				if out.Limit != nil || out.Fatal {
					continue
				}
				visit(s, out.Next)
				if k := key(out.Next); !seen[k] {
					seen[k] = true
					queue = append(queue, out.Next)
				}
			}
		}
	}
}

// Ranges lists the VMAs that exist before, during and after a run of the threads of a
// program, and their first and last pages.
func Ranges(p *model.Program) []Range {
	v, n := treeOf(p)
	if v == nil {
		return nil
	}
	all := map[Range]bool{}
	walk(p, func(_, s model.State) {
		for from := v.First(); from < v.Len; {
			x, end := s[v.Off()+from], from+1
			for end%n != 0 && s[v.Off()+end] == x {
				end++
			}
			if x != 0 {
				r := Range{int64(from%n) * PageSize, int64((end-1)%n+1) * PageSize}
				all[r] = true
				all[Range{r.Start, r.Start + PageSize}] = true
				all[Range{r.End - PageSize, r.End}] = true
			}
			from = end
		}
	})
	return slices.SortedFunc(maps.Keys(all), func(a, b Range) int {
		return cmp.Or(cmp.Compare(b.End-b.Start, a.End-a.Start), cmp.Compare(a.Start, b.Start))
	})
}

// treeOf is the variable with the VMA of each page, and the number of pages.
func treeOf(p *model.Program) (*model.Var, int) {
	mm := p.TypeByName("mm_struct")
	if mm == nil || mm.Field("mm_mt") == nil {
		return nil, 0
	}
	return mm.Field("mm_mt").Sub.TreePages()
}

// Effect is what an operation changes for others, beside locks and counts.
type Effect int

// The effects; each includes those before it.
const (
	Nothing Effect = iota
	Pages          // entries of page tables, or a member of an mm_struct
	VMAs           // the tree, or a member of a VMA
)

func (e Effect) String() string { return [...]string{"nothing", "pages", "vmas"}[e] }

// Effects tells of each operation of the only adversary of a baseline what it changes.
func Effects(p *model.Program) map[int]Effect {
	of := map[int]Effect{}
	for _, v := range p.Vars {
		if e := effect(v); e != Nothing {
			for i := v.First(); i < v.Len; i++ {
				of[v.Off()+i] = e
			}
		}
	}
	chosen := slices.IndexFunc(p.Vars, func(v *model.Var) bool { return v.Name == chosen+"1" })
	out := map[int]Effect{}
	walk(p, func(before, s model.State) {
		if before == nil {
			return
		}
		op := 0
		if chosen >= 0 {
			op = int(s[p.Vars[chosen].Off()])
		}
		for i, e := range of {
			if s[i] != before[i] {
				out[op] = max(out[op], e)
			}
		}
	})
	return out
}

// effect is what it means that a variable changes.
func effect(v *model.Var) Effect {
	if v.Type == nil || v.Thread != 0 || v.Of != nil {
		return Nothing
	}
	if pages, _ := v.Type.TreePages(); pages != nil || v.Type.Name == "vm_area_struct" {
		return VMAs
	}
	if pte, _, _ := v.Type.TableEntries(); pte != nil || v.Type.Name == "mm_struct" {
		return Pages
	}
	return Nothing
}
