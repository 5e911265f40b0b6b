// SPDX-License-Identifier: MIT

// This file creates variables: file scope ones and static locals on first use,
// registers for scalar locals, and instances for local structs. A scalar of which
// the address may get into shared memory is memory, too.

package cfront

import (
	"fmt"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// collectGlobals finds the definition of every file scope variable: the
// declaration with an initialiser if there is one.
func (l *lowerer) collectGlobals() {
	for tu := l.unit.AST.TranslationUnit; tu != nil; tu = tu.TranslationUnit {
		d := tu.ExternalDeclaration.Declaration
		if d == nil {
			continue
		}
		for il := d.InitDeclaratorList; il != nil; il = il.InitDeclaratorList {
			in := il.InitDeclarator
			if old := l.defs[in.Declarator.Name()]; old == nil || in.Initializer != nil || old.Initializer == nil && (old.Declarator.IsExtern() || old.Declarator.Type().IsIncomplete()) {
				l.defs[in.Declarator.Name()] = in
			}
		}
	}
}

// global returns the file scope variable of that name.
func (l *lowerer) global(name string) lval {
	if p, ok := l.globals[name]; ok {
		return p
	}
	in := l.defs[name]
	if in == nil {
		l.fail(l.node, "not supported here: '%s'", name)
	}
	p := l.static(name, in.Declarator)
	l.globals[name] = p
	if in.Initializer != nil {
		l.initialise(p, in.Initializer)
	}
	return p
}

// static creates a variable that lives as long as the program.
func (l *lowerer) static(name string, d *cc.Declarator) lval {
	t := d.Type()
	base, count := flatten(t)
	if count < 1 {
		l.fail(d, "the size of '%s' is 0, not constant, or too large", name)
	}
	if isAggregate(base) {
		if base.IsIncomplete() {
			l.fail(d, "'%s' has an incomplete type", name)
		}
		l.node = d
		return l.instances(name, t, base, count, nil)
	}
	if !cc.IsScalarType(base) {
		l.fail(d, "not supported here: '%s' of type %s", name, typeString(t))
	}
	l.reserve(d, name, count)
	v := l.prog.NewVar(name, model.Memory, 0)
	v.Len, v.Width = count, count
	i := integerOf(base)
	v.Bits, v.Signed, v.Points = i.bits, i.signed, l.keeps(base)
	if v.Points != nil {
		l.prog.TrackLife(v)
	}
	l.mayCarry(v, d, l.memory(v))
	return lval{typ: t, v: v}
}

// reserve makes room for the variable that d declares.
func (l *lowerer) reserve(d cc.Node, name string, count int) {
	l.node = d
	l.prog.Reserve(name, count)
}

// instances creates one struct, or count of them: a static variable, or a local one.
func (l *lowerer) instances(name string, t, base cc.Type, count int, local *model.Local) lval {
	r := l.record(base)
	first, thread := 0, 0
	if local != nil {
		name, thread = local.Thread.Name+"."+name, local.Thread.Num
	}
	for i := range count {
		n := name
		if t.Kind() == cc.Array {
			n = fmt.Sprintf("%s[%d]", name, i)
		}
		k := l.prog.NewInstance(r.typ, n, false, thread)
		if i == 0 {
			first = k
		}
		if t.Kind() == cc.Array {
			r.typ.Instances[k-1].Item, r.typ.Instances[k-1].Items = i, count
		}
		if local != nil {
			local.Adopt(r.typ.Instances[k-1])
		}
	}
	return lval{typ: t, st: r.typ, obj: model.Int(first)}
}

// variable returns what declarator d stands for.
func (b *builder) variable(d *cc.Declarator, n cc.Node) variable {
	if isFunction(d) {
		b.fail(n, "not supported here: function '%s' used as a value", d.Name())
	}
	if s := d.LexicalScope(); s != nil && s.Parent == nil && !d.IsParam() || d.IsExtern() { // nil: a parameter in parentheses
		if in := b.defs[d.Name()]; in == nil || in.Declarator.IsExtern() && in.Initializer == nil {
			b.fail(d, "'%s' is declared only: define it in this spec, without 'extern'", d.Name())
		}
		return variable{lval: b.global(d.Name()).qualified(d)}
	}
	if d.StorageDuration() == cc.Static {
		return variable{lval: b.staticLocal(d).qualified(d)}
	}
	if b.f == nil {
		b.needCode(n)
	}
	if v, ok := b.f.vars[d]; ok {
		return v
	}
	base, _ := flatten(d.Type())
	v := variable{lval: b.local(d, b.keeps(base.Decay())).qualified(d)}
	b.f.vars[d] = v
	return v
}

// staticLocal returns the static variable of a function.
func (b *builder) staticLocal(d *cc.Declarator) lval {
	if p, ok := b.statics[d]; ok {
		return p
	}
	in := b.staticDefs[d]
	name := d.Name()
	if b.f != nil { // else it is named by the initialiser of another
		name = b.f.fn.Declarator.Name() + "." + name
	}
	p := b.static(name, d)
	b.statics[d] = p
	if in != nil && in.Initializer != nil {
		b.initialise(p, in.Initializer)
	}
	return p
}

// local returns the storage of an automatic variable.
func (b *builder) local(d *cc.Declarator, points *model.Type) lval {
	t := d.Type()
	if t.Kind() == cc.Function {
		t = t.Decay()
	}
	name := d.Name()
	if len(b.f.stack) > 0 {
		name = b.f.fn.Declarator.Name() + "." + name
	}
	base, count := flatten(t)
	switch {
	case count < 1:
		b.fail(d, "the size of '%s' is 0, not constant, or too large", d.Name())
	case isAggregate(base):
		p, ok := b.structs[d]
		if !ok {
			p = b.instances(name, t, base, count, b.automatic(d, d.Name()))
			b.structs[d] = p
		}
		return p
	case !cc.IsScalarType(base):
		b.fail(d, "not supported here: '%s' of type %s", d.Name(), typeString(t))
	}
	k := regKey{d, points}
	v := b.regs[k]
	if v == nil {
		b.reserve(d, name, count)
		if b.shared[sharedKey{b.t.Num, d}] {
			v = b.prog.NewVar(b.t.Name+"."+name, model.Memory, 0)
			if v.Points = points; points != nil {
				b.prog.TrackLife(v)
			}
		} else {
			v = b.t.NewReg(name, points)
		}
		v.Len, v.Width = count, count
		if v.Life != nil {
			v.Life.Len, v.Life.Width = count, count
		}
		if t.Kind() == cc.Array || b.unit.addressTaken(d) {
			v.Local = b.automatic(d, d.Name())
		}
		i := integerOf(base)
		v.Bits, v.Signed = i.bits, i.signed
		if v.Kind == model.Memory {
			b.mayCarry(v, d, b.memory(v))
		} else {
			b.mayCarry(v, d, b.register(v))
		}
		b.regs[k] = v
		b.unstable[v] = b.unit.addressTaken(d)
	}
	return lval{typ: t, v: v}
}

// automatic makes known a local variable, or temporary, of this name that n stands for.
func (b *builder) automatic(n cc.Node, name string) *model.Local {
	l := &model.Local{Name: name, Thread: b.t}
	if len(b.f.stack) > 0 {
		l.Func = b.f.fn.Declarator.Name()
	}
	b.locals[n] = append(b.locals[n], l)
	b.origin[l] = n
	return l
}
