// SPDX-License-Identifier: MIT

// This file reads states the way people do: who holds which lock, who waits,
// which object a number stands for.

package report

import (
	"fmt"
	"strconv"

	"mmcheck/model"
)

// hold is how a thread holds a lock.
type hold uint8

const (
	holdNone hold = iota
	holdRead
	holdWrite
)

// locksOf lists all lock instances of p.
func locksOf(p *model.Program) []*model.Instance {
	var out []*model.Instance
	for _, t := range p.Types {
		if t.Kind != nil && t.Kind.Held != nil {
			out = append(out, t.Instances...)
		}
	}
	return out
}

// holdOf says how thread t holds lock l in s.
func holdOf(s model.State, l *model.Instance, t *model.Thread) hold {
	held := func(m model.Mode) bool {
		return model.Eval(s, l.Type.Kind.Held(l.Type, model.Int(l.Num), t.Num, m)) != 0
	}
	switch {
	case held(model.Write):
		return holdWrite
	case held(model.Read):
		return holdRead
	}
	return holdNone
}

// shared reports whether a lock can be held for reading.
func shared(l *model.Instance) bool {
	_, never := l.Type.Kind.Held(l.Type, model.Int(l.Num), 1, model.Read).(model.Const)
	return !never
}

// manner is how a hold is spoken of.
func (h hold) manner(l *model.Instance) string {
	switch {
	case h == holdNone:
		return "not held"
	case !shared(l):
		return "held"
	case h == holdRead:
		return "held for reading"
	}
	return "held for writing"
}

// instanceOf returns instance n of t, nil if there is none.
func instanceOf(t *model.Type, n int64) *model.Instance {
	if t == nil || n < 1 || n > int64(len(t.Instances)) {
		return nil
	}
	return t.Instances[n-1]
}

// whole is the outermost object that in lies in.
func whole(in *model.Instance) *model.Instance {
	for in != nil && in.In != nil {
		in = in.In
	}
	return in
}

// lockAt is the lock that a step may wait for in s, nil if it is none.
func lockAt(s model.State, b *model.Block) *model.Instance {
	if b == nil || b.Step == nil || b.Step.Lock.Type == nil {
		return nil
	}
	return instanceOf(b.Step.Lock.Type, model.Eval(s, b.Step.Lock.Inst))
}

// waitsIn returns the threads that t waits for in s.
func waitsIn(p *model.Program, s model.State, b *model.Block) []*model.Thread {
	if b == nil || b.Step == nil || b.Step.Waits == nil {
		return nil
	}
	var out []*model.Thread
	mask := model.Eval(s, b.Step.Waits)
	for _, t := range p.Threads {
		if mask>>(t.Num-1)&1 != 0 {
			out = append(out, t)
		}
	}
	return out
}

// valueText prints value x of v: an object's name, or a number as C has it.
func valueText(v *model.Var, x int64) string {
	if v.Points != nil {
		switch in := instanceOf(v.Points, x); {
		case in != nil && v.Points.IsScalar():
			return "&" + in.Name
		case in != nil:
			return in.Name
		case x == 0:
			return "NULL"
		case x == model.Stray:
			return "an address without such an object"
		case x < model.NullPlus/2:
			return fmt.Sprintf("NULL%+d", x-model.NullPlus)
		case x < 0:
			return "ERR_PTR(" + strconv.FormatInt(x, 10) + ")"
		}
	}
	if x >= 256 {
		return "0x" + strconv.FormatInt(x, 16)
	}
	return strconv.FormatInt(x, 10)
}

// change is one element of the state that a step changed.
type change struct {
	v        *model.Var
	i        int
	old, new int64
	word     string // how the new value is written, if it may be an address
}

// typedefs are the names that C code uses for some structs that are no cells.
var typedefs = map[string]string{
	"atomic": "atomic_t", "atomic_long": "atomic_long_t", "atomic64": "atomic64_t", "refcount_struct": "refcount_t",
}

// typeName is what C code calls the type of an object. What lies in a refcount_t
// is one.
func typeName(in *model.Instance) string {
	if in.In != nil && in.In.Type.Name == "refcount_struct" {
		in = in.In
	}
	if name, ok := typedefs[in.Type.Name]; ok {
		return name
	}
	if k := in.Type.Kind; k != nil && k.Typedef != "" {
		return k.Typedef
	}
	return model.ShortName(in.Type.Name)
}

// name is what C calls the element; an atomic_t or refcount_t goes by its own
// name, not by that of the int inside.
func (c change) name() string {
	in := c.owner()
	if in == nil || in.Type.Name != "atomic" && in.Type.Name != "atomic_long" && in.Type.Name != "atomic64" {
		return c.v.ElemName(c.i)
	}
	if in.In != nil && in.In.Type.Name == "refcount_struct" {
		in = in.In
	}
	return in.Name
}

func (c change) text() string { return c.name() + " == " + c.value() }

// value prints the new value.
func (c change) value() string {
	if c.word != "" {
		return c.word
	}
	return valueText(c.v, c.new)
}

// changeOf is what became of the element at a place of the state; one that lies beside
// another goes by that.
func changeOf(p *model.Program, elem int, before, after model.State) change {
	v := varAt(p, elem)
	i := elem - v.Off()
	if v.Beside != nil {
		v = v.Beside
	}
	c := change{v: v, i: i, old: before[v.Off()+i], new: after[v.Off()+i]}
	if v.Base != nil {
		c.word = wordText(v, after, i)
	}
	return c
}

// wordText prints element i of v, which may be an address: an object and what is added.
func wordText(v *model.Var, s model.State, i int) string {
	base, rest := instanceOf(v.Base.Points, s[v.Base.Off()+i]), s[v.Off()+i]
	if v.Rest != nil {
		rest = s[v.Rest.Off()+i]
	}
	switch {
	case base == nil && v.Rest == nil || v.Rest != nil && s[v.Off()+i] != model.Stray:
		return valueText(v, s[v.Off()+i])
	case base == nil:
		return valueText(v.Rest, rest)
	case rest == 0:
		return "&" + base.Name
	}
	return fmt.Sprintf("&%s%+d", base.Name, rest)
}

// changesOf lists the memory and cells that differ between two states.
func changesOf(p *model.Program, before, after model.State) []change {
	var out []change
	for _, v := range p.Vars {
		if v.Kind != model.Memory && v.Kind != model.Cell || v.Beside != nil {
			continue
		}
		for i := 0; i < v.Len; i++ {
			c := change{v: v, i: i, old: before[v.Off()+i], new: after[v.Off()+i]}
			was := ""
			if v.Base != nil {
				was, c.word = wordText(v, before, i), wordText(v, after, i)
			}
			if c.old != c.new || was != c.word {
				out = append(out, c)
			}
		}
	}
	return out
}

// owner is the object that an element lies in, nil for scalars.
func (c change) owner() *model.Instance {
	if c.v.Type == nil {
		return nil
	}
	return instanceOf(c.v.Type, int64(c.i/c.v.Width))
}

// count prints a number with a comma before every third digit.
func count(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// plural prints a number of things.
func plural(n int64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%s %ss", count(n), thing)
}
