// SPDX-License-Identifier: MIT

// This file holds the operations that only mark that a function may sleep.

package model

var schedKind = &Kind{Name: "sched", Doc: "scheduling marks"}

func init() {
	sleep := func(c *Call) { c.Do(&Event{Kind: Sleep, At: c.Site}) }
	schedKind.Ops = []*Op{
		{Name: "might_sleep", Doc: "check that the caller may sleep", Emit: sleep},
		{Name: "cond_resched", Doc: "check that the caller may sleep", Emit: sleep},
	}
}
