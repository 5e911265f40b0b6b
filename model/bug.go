// SPDX-License-Identifier: MIT

// This file holds the natives behind assert(), BUG_ON() and their relatives,
// and behind CONTRACT(), which states what a function promises of its locks.

package model

var bugKind = &Kind{Name: "bug", Doc: "assertions and contracts"}

func init() {
	bugKind.Ops = []*Op{
		{Name: "__mmcheck_bug", Doc: "report a failed assertion", Emit: func(c *Call) {
			c.Do(Check{Prop: "assert", Bad: True, Text: c.Text + " triggered", At: c.Site})
		}},
		{Name: "__mmcheck_contract", Doc: "report a broken contract", Emit: func(c *Call) {
			c.Do(Check{Prop: "contract", Bad: True, Text: "contract broken: " + c.Text, At: c.Site})
		}},
	}
}
