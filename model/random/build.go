// SPDX-License-Identifier: MIT

// This file lowers a Script to a model.Program, statement by statement.

package random

import (
	"fmt"
	"strconv"
	"strings"

	"mmcheck/model"
)

// op is a statement that is no native operation.
type op struct {
	args   int  // operands, -1: a condition
	bodies int  // statement lists that it encloses, at least
	more   bool // or one more of them
	steps  bool // not possible within ATOMIC
	lower  func(b *builder, s *Stmt)
}

// ops lists the statements.
var ops map[string]op

func init() {
	ops = map[string]op{
		"set":      {args: 2, lower: (*builder).set},     // set DST SRC
		"once":     {args: 2, lower: marked(model.Once)}, // the same with READ_ONCE() and WRITE_ONCE()
		"racy":     {args: 2, lower: marked(model.Racy)}, // the same within data_race()
		"add":      {args: 2, lower: (*builder).add},     // a load and a store: DST = (DST + N) & 7
		"count":    {args: 2, lower: (*builder).count},   // the same in one step: DST += N
		"if":       {args: -1, bodies: 1, more: true, lower: (*builder).ifElse},
		"while":    {args: -1, bodies: 1, steps: true, lower: (*builder).while},
		"again":    {args: -1, bodies: 1, steps: true, lower: (*builder).again}, // do { } while (COND)
		"repeat":   {args: 1, bodies: 1, steps: true, lower: (*builder).repeat}, // a counted loop
		"forever":  {args: 0, bodies: 1, steps: true, lower: (*builder).forever},
		"choose":   {args: 0, bodies: 2, more: true, steps: true, lower: (*builder).choose},
		"nondet":   {args: 2, steps: true, lower: (*builder).nondet}, // nondet REG N: any value below N
		"wait":     {args: -1, steps: true, lower: (*builder).wait},
		"atomic":   {args: 0, bodies: 1, lower: (*builder).atomic},
		"when":     {args: -1, bodies: 1, steps: true, lower: (*builder).atomic}, // ATOMIC that starts with WAIT_UNTIL(COND)
		"assert":   {args: -1, lower: (*builder).assert},
		"exit":     {args: 0, lower: (*builder).exit},
		"with":     {args: 2, bodies: 1, more: true, lower: (*builder).with}, // with LOCK HOW, see lockings
		"owner":    {args: 3, lower: (*builder).owner},                       // owner P I MEMBER: container_of()
		"hide":     {args: 1, lower: (*builder).hide},
		"show":     {args: 1, lower: (*builder).show},
		"typesafe": {args: 0, lower: func(*builder, *Stmt) {}}, // items are SLAB_TYPESAFE_BY_RCU
		"init_vma": {args: 3, lower: (*builder).initVMA},       // init_vma V START END
	}
}

// Program builds the program of a seed.
func Program(seed uint64) *model.Program { return Draw(NewSource(seed)).Build() }

// builder lowers one thread.
type builder struct {
	*world
	c       *model.Code
	regs    map[string]*model.Var
	line    int
	guard   *[]model.Stmt // accesses of the condition of a wait; nil elsewhere
	mark    model.Mark    // of the accesses at hand
	repeats int
}

// Build lowers a valid script.
func (s *Script) Build() *model.Program {
	var names []string
	for i, t := range s.Threads {
		for j := range max(1, t.Copies) {
			names = append(names, fmt.Sprintf("T%d_%d", i+1, j+1))
		}
	}
	threads := len(names)
	callbacks := s.queues()
	if callbacks {
		names = append(names, "rcu_softirq")
	}
	if len(s.Final) > 0 {
		names = append(names, "FINAL")
	}
	p := model.NewProgram("random", names)
	w := newWorld(p, s)
	n := 0
	for _, t := range s.Threads {
		if n += max(1, t.Copies); t.Copies == 0 {
			p.Threads[n-1].HandlesInterrupt()
		}
	}
	line := w.thread(p.InitThread(), s.Init, 0)
	n = 0
	for i, t := range s.Threads {
		end := line
		for range max(1, t.Copies) {
			if i < len(tasks) && t.Copies > 0 {
				p.RunsAs(p.Threads[n], int64(i+1))
			}
			end = w.thread(p.Threads[n], t.Body, line)
			n++
		}
		line = end
	}
	if callbacks {
		line = w.invoker(p.Threads[threads], s.Callbacks, line)
		threads++
	}
	if len(s.Final) > 0 {
		p.Threads[threads].Final = true
		w.thread(p.Threads[threads], s.Final, line)
	}
	p.FillAddresses()
	return p
}

// thread lowers one body; lines are counted from line.
func (w *world) thread(t *model.Thread, body []Stmt, line int) int {
	b := &builder{world: w, c: model.NewCode(w.p, t), regs: map[string]*model.Var{}, line: line}
	t.Pos = model.Pos{File: "random", Line: line + 1}
	b.site("start", "")
	if t.Final {
		b.final()
	}
	b.registers(body)
	b.body(body)
	b.line++
	b.site("end", "")
	b.c.Exit()
	return b.line
}

// registers declares those that a body uses, and clears them.
func (b *builder) registers(body []Stmt) {
	u := map[string]bool{}
	eachStmt(body, func(s *Stmt) {
		for _, a := range append([]string{s.Dst}, s.Args...) {
			a = strings.TrimLeft(a, "&*")
			in, _ := index(a)
			base, _, _ := strings.Cut(a, ".")
			u[base], u[in] = true, true
		}
	})
	for _, name := range []string{"r0", "r1", "r2", "r3", "a", "b", "v", "w", "f", "h", "k0", "i0", "i1"} {
		if u[name] {
			b.put(name, model.Value{X: model.Const(0)})
		}
	}
}

// final lets FINAL wait for all other threads.
func (b *builder) final() {
	done, waits := model.Expr(model.True), model.Expr(model.Const(0))
	for _, t := range b.p.Threads {
		if t != b.c.T {
			ended := model.Eq(model.Ld(t.PC), model.Const(0))
			done = model.And(done, ended)
			waits = model.MkBin(model.OpOr, waits, model.Cond(ended, model.Const(0), model.Const(1<<(t.Num-1))))
		}
	}
	b.c.Wait(done, waits, model.LockRef{})
}

func (b *builder) site(text, op string) {
	b.c.Site = &model.Site{Text: text, Op: op, Pos: model.Pos{File: "random", Line: b.line, Col: b.c.T.Num}}
}

func (b *builder) body(body []Stmt) {
	for i := range body {
		b.stmt(&body[i])
	}
}

func (b *builder) stmt(s *Stmt) {
	b.line++
	mark := b.c.Mark()
	head, op := s.Head(), ""
	o, ok := ops[s.Op]
	if !ok {
		op = s.Op
	}
	b.site(head, op)
	if ok {
		o.lower(b, s)
	} else {
		b.native(s)
	}
	b.c.Release(mark)
}

// num reads a literal, 0 if name is none.
func num(name string) model.Const {
	n, _ := strconv.ParseInt(name, 0, 64)
	return model.Const(n)
}

// native emits a native operation.
func (b *builder) native(s *Stmt) {
	k := &model.Call{Code: b.c, Op: model.FindOp(s.Op), Text: s.Op}
	for _, a := range s.Args {
		k.Args = append(k.Args, b.value(a))
	}
	if s.Dst != "" {
		k.Want = b.points(s.Dst)
	}
	if s.Op == callRcu {
		k.Callback = int(num(s.Args[1]))
	}
	b.site(s.Head(), s.Op)
	k.Op.Emit(k)
	if s.Dst != "" {
		b.site(s.Head(), "")
		b.put(s.Dst, k.Result)
	}
}

// callOn emits a native operation on a lock and returns its result.
func (b *builder) callOn(op, lock string) model.Value {
	k := &model.Call{Code: b.c, Op: model.FindOp(op), Args: []model.Value{b.value(lock)}}
	b.site(op+" "+lock, op)
	k.Op.Emit(k)
	return k.Result
}

func (b *builder) exit(*Stmt) { b.c.Exit() }

// assert reports where a condition does not hold.
func (b *builder) assert(s *Stmt) {
	cond := b.cond(s.Args)
	b.when(model.Not(cond), func() {
		k := &model.Call{Code: b.c, Op: model.FindOp("__mmcheck_bug"), Text: s.Head()}
		k.Op.Emit(k)
	}, nil)
}

// initVMA fills in a vma that nobody else knows yet, in one step.
func (b *builder) initVMA(s *Stmt) {
	v := b.value(s.Args[0])
	var body []model.Stmt
	put := func(name string, x model.Expr) {
		if f := v.Points.Field(name); f != nil {
			body = append(body, &model.Event{Kind: model.Access, Type: v.Points, Obj: v.X, Life: v.Life, Fld: f, Mode: model.Write},
				model.Use{V: f.Var, I: v.X, Mode: model.Write, Life: v.Life},
				model.Set{V: f.Var, I: v.X, X: x})
		}
	}
	put("vm_start", num(s.Args[1]))
	put("vm_end", num(s.Args[2]))
	put("vm_pgoff", model.MkBin(model.OpUShr, num(s.Args[1]), model.Const(model.PageShift)))
	put("vm_mm", model.Const(1))
	put("vm_file", model.Const(1))
	put("anon_vma", model.Const(1))
	b.c.Access(body...)
}
