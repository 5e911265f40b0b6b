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
func (in *inference) choices() map[string][]string {
	out := map[string][]string{}
	for _, c := range in.compared {
		key := c.name
		if c.structure != nil {
			key = c.structure.root().name + "." + key
		}
		if !slices.Contains(out[key], c.value) && len(out[key]) < maxValues && !(c.value == "1" && len(out[key]) > 0) {
			out[key] = append(out[key], c.value)
		}
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
