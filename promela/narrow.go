// SPDX-License-Identifier: MIT

// This file evaluates as model/eval.go does, but insists that every value on
// the way is one that SPIN, which computes with 32 bits, gets right.

package promela

import (
	"fmt"
	"math"

	"mmcheck/model"
)

// WidthError says that a value does not fit the 32 bits that SPIN has.
type WidthError struct {
	Name  string // the variable or expression
	Value int64
}

func (e *WidthError) Error() string {
	return fmt.Sprintf("%s is %d, which SPIN's 32 bits do not hold", e.Name, e.Value)
}

func fits(name func() string, v int64) (int64, error) {
	if v < math.MinInt32 || v > math.MaxInt32 {
		return v, &WidthError{name(), v}
	}
	return v, nil
}

// narrow gives the value of e in s, or a WidthError.
func narrow(s model.State, e model.Expr) (int64, error) {
	name := func() string { return exprText(e) }
	switch e := e.(type) {
	case model.Const:
		return fits(name, int64(e))
	case model.Get:
		i, err := index(s, e.I)
		if err != nil || i < 0 || i >= int64(e.V.Len) {
			return 0, err
		}
		return fits(name, s[e.V.Off()+int(i)])
	case model.Un:
		x, err := narrow(s, e.X)
		if err != nil {
			return 0, err
		}
		return fits(name, model.Eval(nil, model.Un{Op: e.Op, X: model.Const(x)}))
	case model.Bin:
		return narrowBin(s, e)
	case model.Sel:
		c, err := narrow(s, e.C)
		if err != nil {
			return 0, err
		}
		if c != 0 {
			return narrow(s, e.A)
		}
		return narrow(s, e.B)
	case model.Map:
		x, err := narrow(s, e.X)
		if err != nil {
			return 0, err
		}
		return fits(name, e.T.At(x))
	case model.Conv:
		x, err := narrow(s, e.X)
		if err != nil {
			return 0, err
		}
		return fits(name, model.Eval(nil, model.Conv{X: model.Const(x), Bits: e.Bits, Signed: e.Signed}))
	}
	return 0, fmt.Errorf("unknown expression %T", e)
}

func index(s model.State, e model.Expr) (int64, error) {
	if e == nil {
		return 0, nil
	}
	return narrow(s, e)
}

func narrowBin(s model.State, e model.Bin) (int64, error) {
	x, err := narrow(s, e.X)
	switch {
	case err != nil:
		return 0, err
	case e.Op == model.OpLAnd && x == 0:
		return 0, nil
	case e.Op == model.OpLOr && x != 0:
		return 1, nil
	}
	y, err := narrow(s, e.Y)
	if err != nil {
		return 0, err
	}
	v := model.EvalBin(e.Op, x, y)
	if e.Op == model.OpLAnd || e.Op == model.OpLOr {
		return v, nil
	}
	switch e.Op {
	case model.OpShl, model.OpShr, model.OpUShr: // C leaves these undefined
		if y < 0 || y > 31 {
			return v, &WidthError{"the shift distance in " + exprText(e), y}
		}
	}
	switch e.Op {
	case model.OpUShr, model.OpUDiv, model.OpUMod: // written as their signed forms
		if x < 0 || y < 0 {
			return v, &WidthError{"an operand of " + exprText(e), min(x, y)}
		}
	}
	return fits(func() string { return exprText(e) }, v)
}

// checkedRun is one transition under narrow evaluation; it notes the range of
// every element that it writes.
type checkedRun struct {
	*explorer
	s model.State
}

// fire runs alternative alt of the step that t has reached.
func (r *checkedRun) fire(t *model.Thread, alt int) error {
	a := &t.Point(r.s).Step.Alts[alt]
	on, err := r.exec(a.Body)
	for b := a.Next; on && err == nil; {
		if b == nil || b.Step != nil {
			pc := int64(0)
			if b != nil {
				pc = int64(b.PC)
			}
			r.put(t.PC, 0, pc)
			return nil
		}
		if on, err = r.exec(b.Body); !on || err != nil {
			break
		}
		cond := int64(1)
		if b.Cond != nil {
			cond, err = narrow(r.s, b.Cond)
		}
		if cond != 0 {
			b = b.Then
		} else {
			b = b.Else
		}
	}
	return err
}

func (r *checkedRun) put(v *model.Var, i, x int64) {
	e := v.Off() + int(i)
	r.s[e] = x
	r.g.lo[e], r.g.hi[e] = min(r.g.lo[e], x), max(r.g.hi[e], x)
}

// exec runs a body and reports whether to go on.
func (r *checkedRun) exec(body []model.Stmt) (on bool, err error) {
	for _, st := range body {
		if on, err = r.stmt(st); !on || err != nil {
			return on, err
		}
	}
	return true, nil
}

func (r *checkedRun) stmt(st model.Stmt) (on bool, err error) {
	switch st := st.(type) {
	case model.Set:
		i, err := index(r.s, st.I)
		if err != nil {
			return false, err
		}
		x, err := narrow(r.s, st.X)
		if err != nil {
			return false, fmt.Errorf("%s: %w", st.V.Name, err)
		}
		if i >= 0 && i < int64(st.V.Len) {
			r.put(st.V, i, x)
		}
		return true, nil
	case model.If:
		c, err := narrow(r.s, st.C)
		if err != nil {
			return false, err
		}
		if c != 0 {
			return r.exec(st.Then)
		}
		return r.exec(st.Else)
	case model.Check:
		bad, err := narrow(r.s, st.Bad)
		return bad == 0 || !fatal(st.Prop), err
	case model.Limit:
		hit, err := narrow(r.s, st.When)
		return hit == 0, err
	}
	return true, nil
}
