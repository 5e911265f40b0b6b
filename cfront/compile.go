// SPDX-License-Identifier: MIT

// This file is the front door: it parses and checks a spec, and turns it into
// a model.Program: INIT, one thread for each THREAD, and FINAL.

package cfront

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// Names that <mmcheck.h> and its companions give to what they define.
const (
	initFunc      = "__mmcheck_init"
	finalFunc     = "__mmcheck_final"
	taskPrefix    = "__mmcheck_task_"
	threadsPrefix = "__mmcheck_threads_"
	irqPrefix     = "__mmcheck_irq_"
	poolPrefix    = "__mmcheck_pool_"
	typesafe      = "__mmcheck_typesafe_"
	freePtr       = "__mmcheck_freeptr_"
	taskPages     = "__mmcheck_task_pages"
	atomicVar     = "__mmcheck_atomic"
)

// maxThreads bounds the number of threads: sets of threads are kept in words.
const maxThreads = 32

// Compile turns a spec into a Program that is ready to be sealed. It returns
// every file that was read, by the name used in positions. The Program is nil
// if the diagnostics hold an error.
func Compile(cfg Config, name string, src []byte) (*model.Program, map[string][]byte, Diagnostics) {
	if cfg.Natives == nil {
		cfg.Natives = func(n string) bool { return model.FindOp(n) != nil }
		cfg.NativeNames = model.OpNames()
	}
	natives := cfg.Natives
	cfg.Natives = func(n string) bool { return builtinCalls[n] != nil || natives(n) }
	cfg.NativeNames = append(slices.Sorted(maps.Keys(builtinCalls)), cfg.NativeNames...)

	u, diags := parse(cfg, name, src)
	if diags.HasErrors() || u.AST == nil {
		return nil, u.Files, diags
	}
	if code, more := u.assumptions(); code != "" || more.HasErrors() {
		if more.HasErrors() {
			return nil, u.Files, append(diags, more...)
		}
		assumed := u.assumed
		cfg.assumed = code
		if u, diags = parse(cfg, name, src); diags.HasErrors() || u.AST == nil {
			return nil, u.Files, diags
		}
		u.assumed, diags = assumed, append(diags, more...)
	} else {
		diags = append(diags, more...)
	}
	diags = append(diags, check(u, cfg)...)
	diags = append(diags, u.unread(cfg)...)
	kernel, standIn, more := u.kernel()
	if diags = append(diags, more...); diags.HasErrors() {
		return nil, u.Files, diags
	}
	diags = append(diags, u.idle()...)
	unset, more := u.unknownConfig()
	diags = append(diags, more...)
	p, more := lower(u)
	if diags = append(diags, more...); diags.HasErrors() {
		return nil, u.Files, diags
	}
	p.Kernel, p.StandIn, p.Replaced = kernel, standIn, u.replacements()
	for _, name := range unset {
		p.Assumed = append(p.Assumed, name+" is not set")
	}
	return p, u.Files, diags
}

// body is a function to become the code of a thread.
type body struct {
	fn   *cc.FunctionDefinition
	task string // its task_struct, "" if none
	name string
}

// found is what is known only when all code is there, and decides upon how code is
// lowered.
type found struct {
	shared   map[sharedKey]bool       // the local scalars that other threads may reach
	carriers map[any]bool             // what may hold a word, by its keys (see carrier.go)
	taken    []*cc.FunctionDefinition // the functions of which the address is taken
	queued   bool                     // a callback is queued
	works    bool                     // a work item is
}

// size grows with what is found.
func (f *found) size() int {
	n := len(f.shared) + len(f.carriers) + len(f.taken)
	if f.queued {
		n++
	}
	if f.works {
		n++
	}
	return n
}

// lower builds the Program of a checked spec: once more, where something was found.
func lower(u *Unit) (*model.Program, Diagnostics) {
	for all := (&found{shared: map[sharedKey]bool{}, carriers: map[any]bool{}, queued: u.reach(callRcuFunc, kfreeRcuFunc), works: u.reach(queueWorkFunc)}); ; {
		known := all.size()
		p, diags := lowerWith(u, all)
		if all.size() == known {
			return p, diags
		}
	}
}

// lowerWith builds the Program with what was found before, and adds to it.
func lowerWith(u *Unit, all *found) (p *model.Program, diags Diagnostics) {
	l := newLowerer(u, all)
	defer func() {
		if r := recover(); r != nil {
			l.crashed(r)
		}
		p, diags = l.prog, l.diags
	}()
	bodies := l.threads()
	if l.diags.HasErrors() {
		return
	}
	var names []string
	for _, b := range bodies {
		names = append(names, b.name)
	}
	l.prog = model.NewProgram(u.Name, names)
	l.settings()
	l.stabilisers()
	l.code(l.prog.InitThread(), body{fn: u.Funcs[initFunc]})
	var invoker *model.Thread
	for i, b := range bodies {
		if b.name == rcuThread {
			invoker = l.prog.Threads[i]
			continue
		}
		if _, irq := l.enumerator(irqPrefix + b.name); irq {
			l.prog.Threads[i].HandlesInterrupt()
		}
		l.code(l.prog.Threads[i], b)
	}
	if invoker != nil {
		l.invoker(invoker)
	}
	l.finish()
	return
}

// threads lists the threads in the order of their definition, FINAL last.
func (l *lowerer) threads() []body {
	var out []body
	for _, f := range l.unit.Order {
		name, ok := strings.CutPrefix(f.Declarator.Name(), threadPrefix)
		if !ok || name == workerThread && !l.works {
			continue
		}
		copies, many := l.enumerator(threadsPrefix + name)
		if many && (copies < 1 || copies > maxThreads) {
			l.report(f.Declarator, "threads", fmt.Sprintf("THREADS(%s, %d, ...): the number of threads must be from 1 to %d", name, copies, maxThreads))
			continue
		}
		if !many {
			out = append(out, body{f, taskPrefix + name, name})
		}
		for i := int64(1); many && i <= copies; i++ {
			out = append(out, body{f, taskPrefix + name, fmt.Sprintf("%s#%d", name, i)})
		}
	}
	if len(out) > maxThreads {
		l.report(out[maxThreads].fn.Declarator, "threads", fmt.Sprintf("%d threads: at most %d are supported", len(out), maxThreads))
	}
	if l.queued {
		out = append(out, body{name: rcuThread})
	}
	if f := l.unit.Funcs[finalFunc]; f != nil {
		out = append(out, body{fn: f, name: "FINAL"})
	}
	return out
}

// settings takes over what the spec says in enumerators.
func (l *lowerer) settings() {
	for _, name := range slices.Sorted(maps.Keys(l.unit.AST.Scope.Nodes)) {
		v, ok := l.enumerator(name)
		if !ok {
			continue
		}
		tag, pool := strings.CutPrefix(name, poolPrefix)
		if tag, ok := strings.CutPrefix(name, typesafe); ok {
			l.prog.Typesafe[tag] = v != 0
			l.named(name, "MM_TYPESAFE_BY_RCU", tag)
		}
		if pool {
			l.named(name, "MM_POOL", tag)
		}
		if tag, ok := strings.CutPrefix(name, freePtr); ok {
			l.freePtrs[tag] = v
		}
		switch {
		case pool && (v < 1 || v > 1000):
			l.report(l.unit.AST.Scope.Nodes[name][0], "pool", fmt.Sprintf("MM_POOL(%s, %d): the number of objects must be from 1 to 1000", tag, v))
		case pool:
			l.prog.Pools[tag] = int(v)
		case name == taskPages && (v < 1 || v > 1024):
			l.report(l.unit.AST.Scope.Nodes[name][0], "pages", fmt.Sprintf("MM_TASK_PAGES is %d: it must be from 1 to 1024", v))
		case name == taskPages:
			l.prog.TaskPages = int(v)
		}
	}
}

// named warns of a setting, of this name, for a struct that nobody defines.
func (l *lowerer) named(name, macro, tag string) {
	scope := l.unit.AST.Scope.Nodes
	at := scope[name][0]
	defines := func(n cc.Node) bool {
		x, ok := n.(*cc.StructOrUnionSpecifier)
		return ok && x.Case == cc.StructOrUnionSpecifierDef
	}
	if slices.ContainsFunc(scope[tag], defines) || l.unit.isHeader(posOf(at).File) {
		return
	}
	var tags []string
	for t, nodes := range scope {
		if slices.ContainsFunc(nodes, defines) {
			tags = append(tags, t)
		}
	}
	l.diags = append(l.diags, Diagnostic{Pos: posOf(at), Severity: Warning, ID: "unknown-struct",
		Text: fmt.Sprintf("%s() names struct %s, which is not defined", macro, tag) + DidYouMean(tag, tags)})
}

// enumerator returns the value of a file scope enumeration constant.
func (l *lowerer) enumerator(name string) (int64, bool) {
	for _, n := range l.unit.AST.Scope.Nodes[name] {
		if e, ok := n.(*cc.Enumerator); ok {
			return intOf(e.Value())
		}
	}
	return 0, false
}

// code writes the code of a thread; a nil function is an empty one.
func (l *lowerer) code(t *model.Thread, d body) {
	b := l.builder(t)
	if d.fn == nil {
		b.c.Exit()
		return
	}
	t.Pos = posOf(d.fn.Declarator)
	b.f = newFrame(d.fn)
	b.node = d.fn.Declarator
	if d.fn == l.unit.Funcs[finalFunc] {
		b.final()
	}
	if d.task != "" {
		b.guarded(d.fn.Declarator, func() { b.task = b.addr(l.global(d.task)).Value })
		if n, ok := constOf(b.task.X); ok {
			l.prog.RunsAs(t, n)
		}
	}
	b.function(d.fn)
	b.at(lastToken(d.fn), "", "end of "+d.name)
	b.c.Exit()
	l.late = append(l.late, b.unset) // when what is written through pointers is there
}

// unset reports the locals of the spec that are read before anything is written to
// them, whichever way the thread takes.
func (b *builder) unset() {
	of, count := map[*model.Var]*cc.Declarator{}, map[*cc.Declarator]int{}
	for k, v := range b.regs {
		of[v] = k.d
		count[k.d]++
	}
	var own []*model.Var
	for _, v := range b.prog.Vars {
		if d := of[v]; d != nil && v.Kind == model.Register && model.IsRegister(v) && count[d] == 1 && !b.unit.addressTaken(d) && !b.unit.isHeader(posOf(d).File) {
			own = append(own, v)
		}
	}
	for _, v := range b.t.Unset(own) {
		b.report(of[v], "uninitialised", fmt.Sprintf("'%s' is read before anything is written to it", of[v].Name()))
	}
}

// builder starts the code of a thread.
func (l *lowerer) builder(t *model.Thread) *builder {
	return &builder{lowerer: l, c: model.NewCode(l.prog, t), t: t, task: model.Value{X: model.Const(0)},
		regs: map[regKey]*model.Var{}, structs: map[*cc.Declarator]lval{}, literals: map[cc.Node]lval{}, locals: map[cc.Node][]*model.Local{}}
}

// isRoot reports whether a function is the code of a thread, INIT or FINAL.
func isRoot(name string) bool {
	return name == initFunc || name == finalFunc || strings.HasPrefix(name, threadPrefix)
}

// final makes the first step of FINAL wait for all other threads.
func (b *builder) final() {
	b.t.Final = true
	done, waits := model.Expr(model.True), model.Expr(model.Const(0))
	for _, t := range b.prog.Threads {
		if t == b.t {
			continue
		}
		ended := model.Eq(model.Ld(t.PC), model.Const(0))
		done = model.And(done, ended)
		waits = model.MkBin(model.OpOr, waits, model.Cond(ended, model.Const(0), model.Const(1<<(t.Num-1))))
	}
	b.at(b.node, "", "FINAL")
	b.c.Wait(done, waits, model.LockRef{})
}

// finish does what has to wait until all code is there.
func (l *lowerer) finish() {
	l.findPointers()
	for _, f := range l.late {
		f()
	}
	l.publish()
	l.prog.DropEnds()
	for _, t := range l.prog.Types {
		if k := t.Kind; k != nil && (k.Tree == model.VMATree || k.Entries == model.PageTableEntries) && len(t.Instances) > 0 {
			l.prog.Bounds = append(l.prog.Bounds, fmt.Sprintf("%d pages", l.prog.TaskPages))
			break
		}
	}
}
