// SPDX-License-Identifier: MIT

// This file holds the native behind assert(), BUG_ON() and their relatives.

package model

var bugKind = &Kind{Name: "bug", Doc: "assertions"}

func init() {
	bugKind.Ops = []*Op{{Name: "__mmcheck_bug", Doc: "report a failed assertion", Emit: func(c *Call) {
		c.Do(Check{Prop: "assert", Bad: True, Text: c.Text + " triggered", At: c.Site})
	}}}
}
