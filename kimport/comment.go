// SPDX-License-Identifier: MIT

// This file writes what stands at the top of an imported spec: the question, what is
// assumed, and what is open.

package kimport

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// comment is the header of the spec.
func (im *importer) comment() string {
	var names []string
	for _, f := range im.Functions {
		_, name, _ := strings.Cut(f, ":")
		names = append(names, name+"()")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "/*\n * %s: what can go wrong in %s?\n *\n", strings.TrimSuffix(path.Base(im.Name), ".c"), strings.Join(names, " and "))
	b.WriteString(" * Imported by mmcheck. To be looked at:\n")
	for _, o := range im.open() {
		b.WriteString(wrapped(" * - ", " *   ", o))
	}
	b.WriteString(" *\n")
	if im.Kernel != "" {
		fmt.Fprintf(&b, " * Kernel: %s\n", im.Kernel)
	}
	if a := im.assumed(); len(a) > 0 {
		for i, n := range a {
			a[i] = n + "=" + im.kindOf(n)
		}
		for len(a) > 0 {
			n := min(3, len(a))
			fmt.Fprintf(&b, " * Assume: %s\n", strings.Join(a[:n], ", "))
			a = a[n:]
		}
	}
	b.WriteString(" */\n")
	return b.String()
}

// wrapped breaks a text into lines.
func wrapped(first, other, text string) string {
	var b strings.Builder
	line := first
	for _, w := range strings.Fields(text) {
		if len(line)+len(w) > 88 && line != first && line != other {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = other
		}
		line += w + " "
	}
	return b.String() + strings.TrimRight(line, " ") + "\n"
}

// assumed are the functions that have no body here, as the spec calls them.
func (im *importer) assumed() (names []string) {
	for _, d := range im.protos {
		if _, name, _ := signature(d, im.scope(d.File).Active(d)); !slices.Contains(im.pointedTo, name) {
			names = append(names, im.spelled(name))
		}
	}
	for _, n := range im.lost {
		if !strings.HasPrefix(n, "trace_") {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// embedded are structs that are part of others: one of its own leads nowhere.
var embedded = words("rb_node list_head hlist_node hlist_head llist_node hlist_bl_node interval_tree_node callback_head rcu_head")

// kindOf is the kind of assumption for a function, with the values that it writes.
func (im *importer) kindOf(name string) string {
	kind := im.kindOfResult(name)
	if values := im.outs[strings.TrimPrefix(name, "tree_")]; values != "" && kind == "nondet" {
		kind += ":" + values
	}
	return kind
}

// kindOfResult is the kind by what a function gives: what gives error pointers is told by
// the test for them.
func (im *importer) kindOfResult(name string) string {
	name = strings.TrimPrefix(name, "tree_")
	if iterator, is := strings.CutSuffix(name, nextOf); is && im.guessedFrom[iterator] > 0 {
		return "nondet" // or its loop would never end
	}
	if kind := im.asserted(name); kind != "" {
		return kind
	}
	for _, d := range im.protos {
		result, n, _ := signature(d, im.scope(d.File).Active(d))
		if n != name {
			continue
		}
		if !strings.HasPrefix(strings.TrimPrefix(result, "const "), "struct ") || !strings.HasSuffix(result, "*") {
			return "nondet"
		}
		if embedded[strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(result, "const "), "struct "), "*"))] {
			return "null"
		}
		test := regexp.MustCompile(`\b([\w>.-]+) = ` + name + `\(`)
		for _, f := range im.funcs {
			for _, m := range test.FindAllStringSubmatch(f.Text, -1) {
				if strings.Contains(f.Text, "IS_ERR("+m[1]+")") {
					return "errptr"
				}
			}
			if strings.Contains(f.Text, "IS_ERR("+name+"(") {
				return "errptr"
			}
		}
		if tag := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(result, "const "), "*")); im.known(tag) && !im.tested(name, 0) {
			return "object"
		}
	}
	return "nondet"
}

// known reports whether a struct has members in the spec.
func (im *importer) known(tag string) bool {
	m := im.model.Find(tag)
	return m != nil && m.Kind == Struct || m == nil && im.types.seen[tag] && im.wholeScope().Find(tag) != nil
}

// maxPassed is how far a result is followed that functions hand on.
const maxPassed = 3

// tested reports whether some code asks whether a function has given NULL. What does not
// ask relies on an object.
func (im *importer) tested(name string, depth int) bool {
	assigned := regexp.MustCompile(`\b(\w+) = ` + name + `\(`)
	direct := regexp.MustCompile(`(?:!\s*|if \(|while \(|&& |\|\| )` + name + `\(`)
	returned := regexp.MustCompile(`return ` + name + `\(`)
	for _, f := range im.funcs {
		if direct.MatchString(f.Text) {
			return true
		}
		for _, m := range assigned.FindAllStringSubmatch(f.Text, -1) {
			v := m[1]
			if regexp.MustCompile(`!\s*` + v + `\b|\b(?:if|while|likely|unlikely|\w*_ON(?:_ONCE)?) ?\(` + v + `\)|\b` + v + ` (?:&&|\|\||\?|[!=]= NULL)|(?:&&|\|\|) ` + v + `\b[^-]|IS_ERR\w*\(` + v + `\)|return ` + v + `;|; ` + v + `;`).MatchString(f.Text) {
				return true
			}
		}
		if returned.MatchString(f.Text) && !f.target && (depth >= maxPassed || im.tested(f.Names[0], depth+1)) {
			return true
		}
	}
	return false
}

// asserted is the kind for a function that assertions alone look at: that they hold. It
// is "" for others.
func (im *importer) asserted(name string) string {
	called := regexp.MustCompile(`\b` + name + `\(`)
	inside := regexp.MustCompile(`(?:BUG_ON|WARN_ON)\w*\(\s*(!?)\s*` + name + `\(`)
	calls, kind := 0, ""
	for _, f := range im.funcs {
		calls += len(called.FindAllString(f.Text, -1))
		for _, m := range inside.FindAllStringSubmatch(f.Text, -1) {
			k := "null"
			if calls--; m[1] == "!" {
				k = "fail"
			}
			if kind != "" && kind != k {
				return ""
			}
			kind = k
		}
	}
	if calls != 0 {
		return ""
	}
	return kind
}

// open lists what the owner of the spec has to look at.
func (im *importer) open() []string {
	out := []string{"INIT and the threads at the end: is that how the functions are called, and who else runs? Which locks does the caller hold?"}
	if a := im.assumed(); len(a) > 0 {
		out = append(out, "functions that were not followed, of which something is assumed: "+strings.Join(a, ", ")+"; the verdict lists those that were come by")
	}
	var vars []string
	for _, d := range im.vars {
		vars = append(vars, d.Names[0])
	}
	if len(vars) > 0 {
		out = append(out, "variables of the tree that begin with 0, or with the number that they have there: "+strings.Join(vars, ", "))
	}
	if u := im.unmet(); len(u) > 0 {
		out = append(out, "taken to hold, since which lock is meant is not known: "+strings.Join(u, ", "))
	}
	if len(im.configs) > 0 {
		out = append(out, "set, since the functions are there only then: "+strings.Join(slices.Sorted(maps.Keys(im.configs)), ", "))
	}
	if len(im.lost) > 0 {
		out = append(out, "not found in the tree, taken for functions that return an int, or for trace points: "+strings.Join(im.lost, ", "))
	}
	if len(im.renamed) > 0 {
		out = append(out, "from the tree, and not the model's functions of the same names: "+strings.Join(im.renamed, ", "))
	}
	var asked []string
	for _, n := range im.taken {
		if !slices.Contains(im.renamed, n) {
			asked = append(asked, n)
		}
	}
	if len(asked) > 0 {
		out = append(out, "taken from the tree in the place of the model's own: "+strings.Join(asked, ", "))
	}
	if len(im.drop) > 0 {
		var keys []string
		for k := range im.drop {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		out = append(out, "left out, since it could not be compiled: "+strings.Join(keys, ", "))
	}
	return out
}
