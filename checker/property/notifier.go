// SPDX-License-Identifier: MIT

// This file checks that those who have copied translations of an mm are told
// before these are taken away.

package property

import "mmcheck/model"

// Notifier: translations are taken away and the subscribers are not told.
var Notifier = &Property{
	ID:       "notifier",
	Severity: Error,
	Short:    "translations are taken away and the subscribers are not told",
	Doc: `A virtual machine or a device translates addresses of an mm by tables of its
own, and has subscribed to be told (mmu_notifier_register()). Nobody else
clears these tables. So whoever clears a present entry of such an mm, lets it
name another page, or takes the right to write away, does so between
mmu_notifier_invalidate_range_start() and mmu_notifier_invalidate_range_end(),
in its own thread and for a range that contains the address. The page is
freed else while the device still writes to it. No other thread needs to run
for this to be reported.

An end without a start, or of another range, and a thread that ends within
such a bracket, which keeps the subscribers from translating anything ever
after, are reported too, even where nobody has subscribed. The start may
sleep: in atomic context it is atomic-sleep, within an RCU read section
rcu-misuse; mmu_notifier_invalidate_range_start_nonblock() may be used there.

Not judged: filling an empty entry, or adding the right to write, which needs no
bracket. Judged in specs with MM_NOTIFIER only. A bracket does not keep a subscriber
from copying the entry while it is still there: that it looks again is its
own affair (mmu_invalidate_retry()), and page-freed-mapped if it does not.

Source: include/linux/mmu_notifier.h; Documentation/mm/mmu_notifier.rst.`,
	Expand: func(p *model.Program, t *model.Thread, e *model.Event) []model.Check {
		subs := p.TypeByName("mm_struct").Field(model.NotifierField)
		switch {
		case subs == nil || subs.Sub == nil: // a pointer of that name may be a member of the spec's own
			return nil
		case e.Kind == model.Exit:
			return openBrackets(subs, t)
		case e.Kind == model.Entry:
			return untold(p, subs, t, e)
		}
		return nil
	},
}

// openBrackets checks that thread t, which ends, has left all brackets.
func openBrackets(subs *model.Field, t *model.Thread) []model.Check {
	var out []model.Check
	for _, in := range subs.Sub.Instances {
		out = append(out, model.Check{
			Bad:  subs.Sub.InBracket(model.Int(in.Num), t.Num),
			Text: t.Name + " ends within an invalidation",
		})
	}
	return out
}

// untold checks the change of an entry for every mm that may translate by it.
func untold(p *model.Program, subs *model.Field, t *model.Thread, e *model.Event) []model.Check {
	bad := model.Expr(model.False)
	for _, m := range p.Mappers(e.Type, e.Obj) {
		inst := subs.Member(m.MM, model.Const(0))
		bad = model.Or(bad, model.And(m.Names, subs.Sub.Unannounced(inst, m.Addr(e.Page), t.Num)))
	}
	return []model.Check{{Bad: model.And(e.Lost, bad), Text: "translation taken away outside of an invalidation"}}
}
