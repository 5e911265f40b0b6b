// SPDX-License-Identifier: MIT

// This file finds out which values matter to some code: those that it compares with what
// it reads. A scene begins with each of them, so that all branches are tried.

package kimport

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// valuePlace is a variable, a parameter ("function:parameter") or a member of a struct.
type valuePlace struct {
	structure *typ // of a member
	name      string
	of        *typ
}

// matters notes that code compares what it has read last with a value.
func (r *reader) matters(value string) {
	if r.last.name != "" {
		r.compared = append(r.compared, comparison{r.last, value})
	}
}

// comparison is a value that something is compared with.
type comparison struct {
	valuePlace
	value string
}

// valueOf is what a constant or a number is called that stands alone before the token at
// hand, "" for anything else.
func (r *reader) valueOf(from int) string {
	if r.at != from+1 {
		return ""
	}
	switch t := r.tok(-1); {
	case t.Kind == Name && constantRE.MatchString(t.Text) && t.Text != "NULL":
		return t.Text
	case t.Kind == Number && strings.Trim(t.Text, "0xULul") != "":
		return t.Text
	}
	return ""
}

// Limits of what a scene chooses: each choice multiplies its states.
const (
	maxChoices = 5
	maxValues  = 3
)

// choices are the values by the places: "struct tag.member", a variable, or
// "function:parameter".
func (in *inference) choices(most int) map[string][]string {
	out := map[string][]string{}
	for _, c := range in.compared {
		key := c.name
		if c.structure != nil {
			key = c.structure.root().name + "." + key
		}
		if c.of.is(structType) || c.of.is(pointerType) {
			continue
		}
		if !slices.Contains(out[key], c.value) && len(out[key]) < most && !(c.value == "1" && len(out[key]) > 0) {
			out[key] = append(out[key], c.value)
		}
	}
	return out
}

// handsOn notes that a place gets the value of what was read last.
func (r *reader) handsOn(to valuePlace) {
	if to.name != "" && r.last.name != "" && to.structure == nil && r.last.structure == nil {
		r.aliases = append(r.aliases, [2]string{to.name, r.last.name})
	}
}

// maxWritten is how many values a function writes at most, beside 0.
const maxWritten = 6

// writtenPlace is a place of which a function gets the address, as one of its arguments.
type writtenPlace struct {
	valuePlace
	function string
	argument int // from 1
}

// outs are what functions write to local variables of which they get the address, as
// "ARGUMENT+ARGUMENT:VALUE:VALUE": what the variable is compared with, or one that gets its
// value, and 0.
func (in *inference) outs() map[string]string {
	args, written := map[string][]string{}, map[string][]string{}
	values := in.choices(maxWritten)
	for _, w := range in.written {
		if w.of.is(structType) || w.of.is(pointerType) {
			continue
		}
		places := []string{w.name}
		for i := 0; i < len(places); i++ { // grows
			for _, a := range in.aliases {
				if a[1] == places[i] && !slices.Contains(places, a[0]) {
					places = append(places, a[0])
				}
			}
		}
		if n := fmt.Sprint(w.argument); !slices.Contains(args[w.function], n) {
			args[w.function] = append(args[w.function], n)
		}
		list := append(written[w.function], "0")
		for _, p := range places {
			list = append(list, values[p]...)
		}
		var unique []string
		for _, v := range list {
			if !slices.Contains(unique, v) && len(unique) <= maxWritten {
				unique = append(unique, v)
			}
		}
		written[w.function] = unique
	}
	out := map[string]string{}
	for f, list := range written {
		out[f] = strings.Join(args[f], "+") + ":" + strings.Join(list, ":")
	}
	return out
}

// choice is an expression that has any of the values that matter at a place, or 0; "" if
// none does.
func (s *scene) choice(key string) string {
	values := s.values[key]
	if len(values) == 0 || len(s.targets) > 1 || len(s.chosen) >= maxChoices {
		return ""
	}
	if s.chosen == nil {
		s.chosen = map[string]bool{}
	}
	s.chosen[key] = true
	if len(values) == 1 {
		return fmt.Sprintf("nondet(0, 1) ? %s : 0", values[0])
	}
	text := fmt.Sprintf("({ int pick = nondet(0, %d); ", len(values))
	for i, v := range values {
		text += fmt.Sprintf("pick == %d ? %s : ", i+1, v)
	}
	return text + "0; })"
}

// choose writes the function that makes the choices, "" if there are none to be made.
func (s *scene) choose() string {
	if s.choosing == "" {
		return ""
	}
	return "static void import_choose(void)\n{\n" + s.choosing + "}\n\n"
}

// chosenText lists what was chosen, as an assumption.
func (s *scene) chosenText() (out []string) {
	if len(s.chosen) > 0 {
		out = append(out, "any of the values that they are compared with, or 0, for "+strings.Join(slices.Sorted(maps.Keys(s.chosen)), ", "))
	}
	return out
}
