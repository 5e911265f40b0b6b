// SPDX-License-Identifier: MIT

// This file checks that, in the end, everything allocated is still reachable.

package property

import "mmcheck/model"

// Leak: an object is never freed and nothing points to it.
var Leak = &Property{
	ID:       "leak",
	Severity: Error,
	Short:    "an object is never freed and nothing points to it",
	Doc: `All threads have ended, and an allocated object can be reached neither from a
static object nor from the vma tree or i_mmap tree of one. What is still
linked in the end is taken to be meant to live.

A pointer that dangles leads to nothing, even if its memory is another object's
by now. Neither does a local variable, wherever others could reach it: its thread
has ended.

Not judged: reference counts. A reference too many is a leak only where nothing
points to the object any more.

Source: Documentation/dev-tools/kmemleak.rst: kmemleak looks for the same, from
roots of the same kind.`,
	Final: func(p *model.Program, s model.State) string {
		reached := reachable(p, s)
		for _, t := range p.Types {
			for i := 0; t.Live != nil && i < t.Pool; i++ {
				n := t.PoolFirst + i
				if s[t.Live.Off()+n] != 0 && !reached[t.Instances[n-1]] {
					return t.Instances[n-1].Name + " is never freed and nothing points to it"
				}
			}
		}
		return ""
	},
}

// reachable marks the objects that static objects lead to.
func reachable(p *model.Program, s model.State) map[*model.Instance]bool {
	seen := map[*model.Instance]bool{}
	var visit func(in *model.Instance)
	visit = func(in *model.Instance) {
		for in.In != nil { // a pointer to a part keeps the whole
			in = in.In
		}
		if seen[in] {
			return
		}
		seen[in] = true
		eachPointer(p, s, in, visit)
	}
	for _, v := range p.Vars {
		for i := 0; v.Type == nil && v.Points != nil && v.Thread == 0 && v.Local == nil && i < v.Len; i++ {
			follow(s, v, i, visit)
		}
	}
	for _, t := range p.Types {
		for _, in := range t.Instances {
			if !in.Heap && in.Thread == 0 && in.Whole().Local == nil {
				visit(in)
			}
		}
	}
	return seen
}

// follow visits what element i of a pointer refers to. A dangling one refers to
// nothing, whatever has the memory now.
func follow(s model.State, v *model.Var, i int, visit func(*model.Instance)) {
	if v.Life != nil && s[v.Life.Off()+i] == model.LifeDead {
		return
	}
	if x := s[v.Off()+i]; x > 0 && x <= int64(len(v.Points.Instances)) {
		visit(v.Points.Instances[x-1])
	}
}

// eachPointer visits what in and everything embedded in it points to.
func eachPointer(p *model.Program, s model.State, in *model.Instance, visit func(*model.Instance)) {
	for _, v := range p.Vars {
		for j := 0; v.Type == in.Type && v.Points != nil && j < v.Width; j++ {
			follow(s, v, in.Num*v.Width+j, visit)
		}
	}
	for _, f := range in.Type.Fields {
		for j := 0; f.Sub != nil && j < f.Count; j++ {
			eachPointer(p, s, f.Sub.Instances[f.Embed.At(int64(in.Num*f.Count+j))-1], visit)
		}
	}
}
