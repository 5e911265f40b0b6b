// SPDX-License-Identifier: MIT

// This file lowers calls: of native operations, which emit their own steps,
// and of functions with a body, which are inlined.

package cfront

import (
	"slices"
	"strings"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// maxInline bounds the nesting of inlined calls, should a cycle slip through.
const maxInline = 200

// maxBlocks bounds the code of one thread.
const maxBlocks = 200_000

// call lowers a function call.
func (b *builder) call(x *cc.PostfixExpression, want *model.Type) value {
	d := designated(x.PostfixExpression)
	if d == nil {
		return b.callThrough(x, want)
	}
	name := d.Name()
	if f := builtinCalls[name]; f != nil {
		return f(b, x, want)
	}
	b.needCode(x)
	fn := b.unit.Funcs[name]
	if fn == nil {
		fn = b.assumedFunc(name)
	}
	switch op := model.FindOp(name); {
	case fn != nil && b.guard != nil:
		return b.pureCall(x, fn, want)
	case fn != nil:
		return b.inline(x, fn, want)
	case op == nil && b.unit.isTracepoint(name):
		return b.tracepoint(x, name)
	case op == nil:
		b.fail(x, "no model for function '%s'", name)
	default:
		return b.native(x, op, want)
	}
	return value{}
}

// argList lists the arguments of a call.
func argList(x *cc.PostfixExpression) []cc.ExpressionNode {
	var out []cc.ExpressionNode
	for a := x.ArgumentExpressionList; a != nil; a = a.ArgumentExpressionList {
		out = append(out, a.AssignmentExpression)
	}
	return out
}

// paramTypes lists the parameter types of the function that x calls.
func paramTypes(x *cc.PostfixExpression) []cc.Type {
	var out []cc.Type
	if p, ok := x.PostfixExpression.Type().(*cc.PointerType); ok {
		if ft, ok := p.Elem().(*cc.FunctionType); ok {
			for _, p := range ft.Parameters() {
				out = append(out, p.Type())
			}
		}
	}
	return out
}

// args evaluates the arguments of a call, of native op if not nil, from left to right.
func (b *builder) args(x *cc.PostfixExpression, op *model.Op) []value {
	types := paramTypes(x)
	var out []value
	for i, a := range argList(x) {
		if op != nil && unevaluated[op.Name][i] {
			out = append(out, number(model.Const(0)))
			continue
		}
		if s, ok := literal(a); ok && op != nil {
			out = append(out, value{Value: model.Value{X: model.Const(0)}, text: strings.TrimRight(string(s), "\x00")})
			continue
		}
		if isAggregate(a.Type()) {
			p := b.object(a)
			out = append(out, value{ref: &p})
			continue
		}
		var want *model.Type
		if i < len(types) {
			want = b.pointsTo(types[i])
		}
		v := b.whole(a, want)
		if i < len(types) && a.Type() != nil {
			v = b.converted(v, b.unit.integer(a), integerOf(types[i]), a)
			if isVoidPointer(a.Type()) {
				v = b.as(v, want)
			}
		}
		if op != nil {
			v = b.numeric(v, a, "is given to %s()", op.Name)
		}
		out = append(out, v)
	}
	return out
}

// unevaluated lists the arguments of natives that only tell a size, a cache or
// an entry of a queue.
var unevaluated = map[string]map[int]bool{
	"kmalloc": {0: true}, "kzalloc": {0: true},
	"kmem_cache_alloc": {0: true}, "kmem_cache_zalloc": {0: true}, "kmem_cache_free": {0: true},
	"prepare_to_wait": {1: true}, "finish_wait": {1: true},
}

// allocates lists the natives that need to know the type wanted.
var allocates = map[string]bool{"kmalloc": true, "kzalloc": true, "kmem_cache_alloc": true, "kmem_cache_zalloc": true}

// sized lists those of them that are told how large it is.
var sized = map[string]bool{"kmalloc": true, "kzalloc": true}

// frees lists the natives that tell NULL from other pointers that lead nowhere, and the address
// of an object from that of a member, whatever its type.
var frees = map[string]bool{"kfree": true, "kmem_cache_free": true}

// native lowers a call of a native operation.
func (b *builder) native(x *cc.PostfixExpression, op *model.Op, want *model.Type) value {
	if b.guard != nil && !plainCalls[op.Name] {
		b.fail(x, "%s() cannot be part of the condition of WAIT_UNTIL", op.Name)
	}
	args := b.args(x, op)
	call := &model.Call{Code: b.c, Op: op, Want: want}
	if t := b.pointsTo(x.Type()); t != nil {
		call.Want = t
	}
	if allocates[op.Name] {
		call.Want = b.allocated(x, op, want)
	}
	b.roomy(x, op, call.Want)
	types := paramTypes(x)
	for i, a := range args {
		if a.text != "" {
			if i < len(types) && isVoidPointer(types[i]) {
				b.fail(x, "not supported here: a string given to %s()", op.Name)
			}
			call.Text = model.Printable(a.text)
		}
		if frees[op.Name] && (b.inArrays(a.Points) || b.beginsOthers(a.Points) || a.obj != nil || a.word != nil) {
			a = b.as(a, b.prog.Anything())
			b.addressed = append(b.addressed, a.X)
		}
		if i < len(types) && types[i].Kind() == cc.Ptr && (a.Points == nil || a.Points.IsScalar() || a.Points.IsAnything() && !frees[op.Name]) && !plainCalls[op.Name] && !unevaluated[op.Name][i] && a.text == "" {
			if c, ok := constOf(a.X); ok && c == 0 && isVoidPointer(types[i]) {
				return value{} // kfree(NULL)
			}
			if a.Points = b.pointsTo(types[i]); a.Points == nil {
				b.fail(x, "cannot tell what argument %d of %s points to", i+1, op.Name)
			}
		}
		if p := a.Points; i == 0 && op.Kind.Held != nil && (p == nil || p.Kind == nil || p.Kind.Held == nil) {
			b.fail(x, "not supported here: what is given to %s() is not known to be a lock", op.Name)
		}
		if !plainCalls[op.Name] && !frees[op.Name] {
			a.X = a.object()
		}
		call.Args = append(call.Args, a.Value)
	}
	b.at(x, op.Name, call.Text)
	b.queued = b.queued || op.Name == kfreeRcuFunc
	b.works = b.works || op.Name == queueWorkFunc
	op.Emit(call)
	if t := call.Want; t != nil && t.ArrayOf != "" {
		return b.firstElement(call.Result)
	}
	return value{Value: call.Result}
}

// roomy fails where memory is allocated that is too small for what it is to hold.
func (b *builder) roomy(x *cc.PostfixExpression, op *model.Op, t *model.Type) {
	if !sized[op.Name] || t == nil || b.records[t.Name] == nil {
		return
	}
	c := b.records[t.Name].c
	if n, ok := b.unit.eval(argList(x)[0]); ok && !c.IsIncomplete() && n < b.unit.size(c) {
		b.fail(x, "%s() of %d bytes for %s, which takes %d", op.Name, n, typeString(c), b.unit.size(c))
	}
}

// params lists the declarators of the parameters of a function: those next to its name,
// if it returns a pointer to functions, which have parameters, too.
func params(fn *cc.FunctionDefinition) []*cc.Declarator {
	var out []*cc.Declarator
	var d *cc.DirectDeclarator
	for in := fn.Declarator.DirectDeclarator; in != nil; {
		if in.Case == cc.DirectDeclaratorFuncParam {
			d = in
		}
		if in.Case == cc.DirectDeclaratorDecl {
			in = in.Declarator.DirectDeclarator
		} else {
			in = in.DirectDeclarator
		}
	}
	if d == nil || d.ParameterTypeList == nil {
		return nil
	}
	for p := d.ParameterTypeList.ParameterList; p != nil; p = p.ParameterList {
		if q := p.ParameterDeclaration.Declarator; q != nil {
			out = append(out, q)
		}
	}
	return out
}

// run lowers the body of fn, called at x as text tells, which puts what it returns into
// result.
// chosen: the call might have gone to another function.
func (b *builder) run(x *cc.PostfixExpression, text string, fn *cc.FunctionDefinition, args []value, result lval, want *model.Type, chosen bool) *frame {
	if len(b.f.stack) >= maxInline || len(b.t.Blocks) > maxBlocks {
		b.fail(x, "not supported here: too many nested or repeated calls")
	}
	caller, site := b.f, b.c.Site
	if b.again(x, fn, chosen) {
		return newFrame(fn)
	}
	f := b.into(x, text, fn, args, want)
	f.chosen, f.result = chosen, result
	b.function(fn)
	b.f, b.c.Site = caller, site
	b.node = x
	return f
}

// into makes the frame of a call of fn, which text tells of, at x.
func (b *builder) into(x cc.Node, text string, fn *cc.FunctionDefinition, args []value, want *model.Type) *frame {
	f := newFrame(fn)
	f.caller = b.f
	f.stack = append(slices.Clone(b.f.stack), model.Frame{
		Func: plainName(fn.Declarator.Name()), Call: posOf(x), Text: text, Inline: fn.Declarator.IsInline()})
	f.want = want
	ds := params(fn)
	if len(ds) != len(args) {
		b.fail(x, "wrong number of arguments to function '%s'", fn.Declarator.Name())
	}
	var assign []func()
	for i, d := range ds {
		v := args[i]
		fixed := d.WriteCount() == 0 && !b.unit.addressTaken(d) && !isAggregate(d.Type())
		if fixed && b.stable(v.object()) && b.stable(v.Life) && b.stableRef(v.ref) && b.stableWord(v.word) {
			f.vars[d] = variable{bound: &v}
			continue
		}
		assign = append(assign, func() { b.pass(d, v, x) })
	}
	b.f = f
	for _, a := range assign {
		a()
	}
	return f
}

// pass gives parameter d the value v of an argument.
func (b *builder) pass(d *cc.Declarator, v value, n cc.Node) {
	points := b.pointsTo(d.Type().Decay())
	if isVoidPointer(d.Type()) {
		points = b.prog.Anything()
		if v.Points != nil && d.WriteCount() == 0 && !b.unit.addressTaken(d) {
			points = v.Points // what the caller passes
		}
	}
	p := b.local(d, points)
	b.f.vars[d] = variable{lval: p}
	if isAggregate(d.Type()) {
		b.copyStruct(p, *v.ref, n)
		return
	}
	b.node = n
	b.c.Do(b.put(p, v)...)
}

// inline lowers a call of a function with a body.
func (b *builder) inline(x *cc.PostfixExpression, fn *cc.FunctionDefinition, want *model.Type) value {
	result := b.resultOf(x, fn.Declarator.Name(), fn, want)
	args := b.args(x, nil)
	if strings.HasPrefix(fn.Declarator.Name(), assumedPrefix) {
		args = assumedArgs(fn, args)
	}
	f := b.run(x, b.snippet(x).text, fn, args, result, want, false)
	if len(f.values) == 1 && result.typ != nil && !isAggregate(result.typ) {
		if _, fixed := constOf(f.values[0].X); fixed && !mayDangle(f.values[0]) {
			return f.values[0]
		}
	}
	return b.returnedIn(result)
}

// returnedIn is the value of a call that has put it into result.
func (b *builder) returnedIn(result lval) value {
	switch {
	case result.typ == nil:
		return value{}
	case isAggregate(result.typ):
		return value{ref: &result}
	}
	return b.read(result)
}

// resultOf returns where the result of a call of what name stands for goes: a
// temporary, which folds to a constant if all calls of fn return the same one.
func (b *builder) resultOf(x *cc.PostfixExpression, name string, fn *cc.FunctionDefinition, want *model.Type) lval {
	t := x.Type()
	name += ".ret"
	switch {
	case t.Kind() == cc.Void:
		return lval{}
	case isAggregate(t):
		k := b.literals[x]
		if k.typ == nil {
			k = b.instances(name, t, t, 1, b.automatic(x, name))
			b.literals[x] = k
		}
		return k
	case b.pointsTo(t) != nil:
		want = b.pointsTo(t)
	case want == nil || !isVoidPointer(t):
		want = b.keeps(t)
	}
	return b.scratch(name, t, want, fn, x)
}

// function lowers the body of a function; control goes on behind it.
func (b *builder) function(fn *cc.FunctionDefinition) {
	b.list(fn)
	b.f.ret = b.c.NewBlock()
	var vars []cc.Node
	for _, d := range params(fn) {
		vars = append(vars, d)
	}
	b.scope(fn.CompoundStatement, func() { b.items(fn.CompoundStatement.BlockItemList) }, vars...)
	b.c.Goto(b.f.ret)
	b.c.At(b.f.ret)
	for _, j := range b.f.jumps {
		if b.f.atomic[j.to] {
			b.report(j.from, "atomic", "goto into ATOMIC")
		}
	}
}
