// SPDX-License-Identifier: MIT

// This file finds out which locks, beside mmap_lock, the caller of a function holds, and
// which are held when it returns. The text of the function tells that it gives up a lock
// before it takes it, or takes one that it never gives up; that this is meant, and no
// mistake, its callers in the file tell, or its name; of what was pasted, that it takes the
// lock again.

package kimport

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// lockOp is an operation on a lock in some text.
type lockOp struct {
	at   int
	take bool
	kind string // of lockKinds
	lock string // as it is written, without the &; "" for RCU
}

// lockKinds are the operations by which locks are taken and given up.
var lockKinds = map[string][2]string{
	"mutex": {"mutex_lock(%s)", "mutex_unlock(%s)"}, "spin": {"spin_lock(%s)", "spin_unlock(%s)"},
	"raw_spin": {"raw_spin_lock(%s)", "raw_spin_unlock(%s)"}, "read": {"read_lock(%s)", "read_unlock(%s)"},
	"write": {"write_lock(%s)", "write_unlock(%s)"}, "down_read": {"down_read(%s)", "up_read(%s)"},
	"down_write": {"down_write(%s)", "up_write(%s)"}, "rcu_read": {"rcu_read_lock()", "rcu_read_unlock()"},
}

var lockOpRE = regexp.MustCompile(`\b(?:(mutex|spin|raw_spin|read|write|rcu_read)_(un|try)?lock|(down|up)_(read|write))(?:_trylock|_irqsave|_irqrestore|_irq|_bh|_nested|_nest_lock|_killable|_interruptible)*\(\s*&?([\w.]*(?:->[\w.]+)*)`)

// lockOps lists the operations on locks in a text, but for those on mmap_lock.
func lockOpsIn(text string) (ops []lockOp) {
	for _, m := range lockOpRE.FindAllStringSubmatchIndex(text, -1) {
		group := func(i int) string {
			if m[2*i] < 0 {
				return ""
			}
			return text[m[2*i]:m[2*i+1]]
		}
		op := lockOp{at: m[0], kind: group(1), take: group(2) != "un", lock: group(5)}
		if op.kind == "" {
			op.kind, op.take = "down_"+group(4), group(3) == "down"
		}
		if (op.lock == "") == (op.kind == "rcu_read") && op.member() != "mmap_lock" && op.member() != "mmap_sem" {
			ops = append(ops, op)
		}
	}
	return ops
}

// member is the last name of what a lock is written as.
func (o lockOp) member() string {
	return o.lock[max(strings.LastIndex(o.lock, ">"), strings.LastIndex(o.lock, "."))+1:]
}

var (
	takesByName = regexp.MustCompile(`(^|_)(lock|trylock|start|begin|acquire|enter|get|hold|take)(_|$)`)
	dropsByName = regexp.MustCompile(`(^|_)(unlock|stop|end|release|leave|exit|put|drop|finish)(_|$)`)
)

// callersSay reports whether those who call d in its file take the lock of op before, or
// give it up after.
func callersSay(d *Decl, op lockOp, before bool) bool {
	call := regexp.MustCompile(`\b` + regexp.QuoteMeta(d.Names[0]) + `\(`)
	for _, caller := range d.File.Decls {
		if caller.Kind != Func || caller == d {
			continue
		}
		ops := slices.DeleteFunc(lockOpsIn(caller.Text), func(o lockOp) bool { return o.member() != op.member() || o.kind != op.kind })
		for _, m := range call.FindAllStringIndex(caller.Text, -1) {
			i := slices.IndexFunc(ops, func(o lockOp) bool { return o.at > m[0] })
			if i < 0 {
				i = len(ops)
			}
			if before && i > 0 && ops[i-1].take || !before && i < len(ops) && !ops[i].take {
				return true
			}
		}
	}
	return false
}

// heldAround are the steps before and after a call that take the locks which the caller
// holds, and give up those that are held afterwards. What is in seen is seen to already.
func (s *scene) heldAround(d *Decl, params []Param, args []string, seen map[string]bool) (before, after string) {
	ops := lockOpsIn(d.Text)
	for i, op := range ops {
		same := func(o lockOp) bool { return o.kind == op.kind && o.lock == op.lock }
		if slices.ContainsFunc(ops[:i], same) {
			continue // only the first of each
		}
		lock, ok := s.inScene(op.lock, params, args)
		if !ok || seen[op.lock] {
			continue
		}
		name, calls := d.Names[0], lockKinds[op.kind]
		what := op.lock
		if what == "" {
			what, calls = "a section of RCU", [2]string{calls[0] + "%.0s", calls[1] + "%.0s"}
		}
		last := op
		dropped := false
		for _, o := range ops[i:] {
			if same(o) {
				last, dropped = o, dropped || !o.take
			}
		}
		if !op.take && (dropsByName.MatchString(name) || callersSay(d, op, true) || s.ByUse && last.take) {
			before += "\t" + fmt.Sprintf(calls[0], lock) + ";\n"
			s.assumes = append(s.assumes, fmt.Sprintf("the caller of %s() holds %s", name, what))
		}
		left := op.take && (takesByName.MatchString(name) || !dropped && callersSay(d, op, false)) || !op.take && last.take
		if left {
			held := "lockdep_is_held(" + lock + ")"
			if op.lock == "" {
				held = "rcu_read_lock_held()"
			}
			after = "\tif (" + held + ")\n\t\t" + fmt.Sprintf(calls[1], lock) + ";\n" + after
			if op.take {
				s.assumes = append(s.assumes, fmt.Sprintf("%s() may return with %s held", name, what))
			}
		}
	}
	return before, after
}

// pairs are words by which the name of a function differs from that of the one that undoes
// what it did.
var pairs = [][2]string{{"lock", "unlock"}, {"trylock", "unlock"}, {"start", "stop"}, {"begin", "end"}, {"enter", "exit"}}

// counterpart is the function of the file that gives up what d took, nil if there is none
// that can be called with the same arguments, when it is known whether d took anything.
func (im *importer) counterpart(d *Decl) *Decl {
	scope := im.scope(d.File)
	result, _, params := signature(d, scope.Active(d))
	if result != "void" && result != "bool" || len(lockOpsIn(d.Text)) == 0 {
		return nil
	}
	words := strings.Split(d.Names[0], "_")
	for i, w := range words {
		for _, p := range pairs {
			if w != p[0] {
				continue
			}
			other := slices.Clone(words)
			other[i] = p[1]
			o := scope.Find(strings.Join(other, "_"))
			if o == nil || o.Kind != Func || o.File != d.File {
				continue
			}
			_, _, theirs := signature(o, scope.Active(o))
			if slices.EqualFunc(params, theirs, func(p, q Param) bool { return p.Type == q.Type }) {
				return o
			}
		}
	}
	return nil
}

// inScene is the address of a lock of a function, as who calls it names it: that of a
// member of what a parameter points to, or of a variable of the tree.
func (s *scene) inScene(lock string, params []Param, args []string) (string, bool) {
	if lock == "" {
		return "", true
	}
	first, rest, arrow := strings.Cut(lock, "->")
	if !arrow {
		base, _, _ := strings.Cut(lock, ".")
		return "&" + lock, slices.ContainsFunc(s.vars, func(d *Decl) bool { return slices.Contains(d.Names, base) })
	}
	i := slices.IndexFunc(params, func(p Param) bool { return p.Name == first })
	if i < 0 || i >= len(args) || !isObjectOf(args[i]) {
		return "", false
	}
	return args[i] + "." + rest, true
}
