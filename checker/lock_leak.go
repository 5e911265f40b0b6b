// SPDX-License-Identifier: MIT

// This file checks that no thread ends with a lock held.

package checker

import "mmcheck/model"

var lockLeak = &Property{
	ID:       "lock-leak",
	Severity: Error,
	Short:    "a thread ends with a lock held",
	Doc: `A thread returns while it holds a lock: nobody will ever release it, and the
next one to ask for it waits for ever. Usually an error path, or a
function that dropped or kept the lock against its contract.`,
	Expand: func(p *model.Program, t *model.Thread, e *model.Event) []model.Check {
		if e.Kind != model.Exit {
			return nil
		}
		var out []model.Check
		eachLock(p, func(typ *model.Type, in *model.Instance) {
			inst := model.Int(in.Num)
			out = append(out, model.Check{
				Bad:  model.Holds(typ, inst, t.Num),
				Text: t.Name + " ends with " + in.Name + " held",
				Lock: model.LockRef{Type: typ, Inst: inst},
			})
		})
		return out
	},
}

// eachLock calls f on every lock instance of p.
func eachLock(p *model.Program, f func(typ *model.Type, in *model.Instance)) {
	for _, typ := range p.Types {
		if typ.Kind == nil || typ.Kind.Held == nil {
			continue
		}
		for _, in := range typ.Instances {
			f(typ, in)
		}
	}
}
