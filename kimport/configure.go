// SPDX-License-Identifier: MIT

// This file finds the symbols of the configuration without which something that a
// function needs is not there.

package kimport

import (
	"regexp"
	"slices"
	"strings"
)

// configRE is a symbol in a condition.
var configRE = regexp.MustCompile(`CONFIG_\w+`)

// configure sets the symbols that conditions ask for; it reports whether one was not set
// before, and not given.
func (im *importer) configure(conds []condition) (changed bool) {
	for _, c := range conds {
		if c.not || strings.Contains(c.text, "!") {
			continue
		}
		symbols := configRE.FindAllString(c.text, -1)
		if strings.Contains(c.text, "||") {
			symbols = symbols[:min(1, len(symbols))] // one will do
		}
		for _, symbol := range symbols {
			if im.tree.set(symbol) {
				im.configs[symbol], changed = true, true
			}
		}
	}
	return changed
}

// configureFor sets what is needed for a name, or a member, that a problem tells to be
// missing: something of the tree declares it, with another configuration.
func (im *importer) configureFor(p Problem) bool {
	name := strings.TrimPrefix(p.Name, "tree_")
	tag, member, isMember := strings.Cut(name, ".")
	for _, f := range im.files {
		scope := im.scope(f)
		switch {
		case isMember && p.ID == "member":
			for _, d := range scope.decls[tag] {
				if d.Kind == Struct && im.configureMember(d, member, scope) {
					return true
				}
			}
		case p.ID == "member" && strings.Contains(name, " "):
			for _, d := range scope.decls[name] {
				if d.Kind == Struct && !scope.Holds(d) && im.configure(d.conds) {
					return true
				}
			}
		case (p.ID == "undeclared" || p.ID == "no-model") && name != "" && scope.Find(name) == nil:
			for _, d := range scope.decls[name] {
				if !scope.Holds(d) && im.configure(d.conds) {
					return true
				}
			}
		}
	}
	return false
}

// configureMember does that for a member of a struct.
func (im *importer) configureMember(d *Decl, member string, scope *Scope) bool {
	if !scope.Holds(d) && slices.ContainsFunc(d.Toks, func(t Token) bool { return t.Text == member }) {
		return im.configure(d.conds)
	}
	var c conditions
	for i, t := range d.Toks {
		switch {
		case t.Kind == Directive:
			c.directive(t.Text)
		case t.Text == member && i > 0 && d.Toks[i-1].Text != "struct" && !scope.eval.holds(c.now()):
			return im.configure(c.now())
		}
	}
	return false
}
