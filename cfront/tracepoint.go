// SPDX-License-Identifier: MIT

// This file lowers trace points. A call of trace_name() that nobody defines looks at its
// arguments and does nothing else, and trace_name_enabled() gives either answer: which
// events are traced is up to the user. The verdict names them.

package cfront

import (
	"strings"

	"modernc.org/cc/v4"
)

// isTracepoint reports whether a function by its name is a trace point: the spec has none
// of that name, and none that may be meant.
func (u *Unit) isTracepoint(name string) bool {
	if !strings.HasPrefix(name, "trace_") || u.Funcs[name] != nil {
		return false
	}
	var own []string
	for other, f := range u.Funcs {
		if !u.inHeaders(f) {
			own = append(own, other)
		}
	}
	return suggest(name, own) == ""
}

func (b *builder) tracepoint(x *cc.PostfixExpression, name string) value {
	if strings.HasSuffix(name, "_enabled") {
		if b.guard != nil || b.c.InAtomic() {
			b.fail(x, "%s() cannot be asked in ATOMIC or WAIT_UNTIL: it may give either answer", name)
		}
		b.lowerer.assume(name + "() gives either answer")
		return b.choice(x, 0, 1)
	}
	b.lowerer.assume(name + "() only looks at its arguments")
	return b.print(x, nil)
}
