// SPDX-License-Identifier: MIT

// This file goes on behind an unknown name, so that all that a file lacks is said at
// once: what is missing gets a stand-in, and the parser runs again.

package cfront

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"modernc.org/cc/v4"
)

// maxPatches is how many stand-ins there may be.
const maxPatches = maxPrinted

// lacking are the diagnostics about what a file lacks. Others may be consequences once
// something has a stand-in.
var lacking = wordSet("include macro type undeclared member no-model")

// explain says what err of the parser is about, and what else is missing.
func (t *translation) explain(err error) (diags Diagnostics) {
	for range maxPatches {
		n, patched := t.stoodIn(), t.stoodIn() > 0
		for _, d := range t.rewrite(err) {
			if !patched || lacking[d.ID] {
				diags = append(diags, d)
			}
		}
		if t.stoodIn() == n {
			break
		}
		if err = t.again(); err == nil {
			break
		}
	}
	return t.withCalls(diags)
}

// stoodIn is how many stand-ins there are.
func (t *translation) stoodIn() int { return len(t.patches) + len(t.sources.absent) }

// errAgain stands for a panic of the parser in a run with stand-ins.
var errAgain = errors.New("the parser failed")

// again runs the parser with the stand-ins there are.
func (t *translation) again() (err error) {
	defer func() {
		if recover() != nil {
			err = errAgain
		}
	}()
	cfg, err := t.config()
	if err == nil {
		_, err = cc.Translate(cfg, t.inputs())
	}
	return err
}

// standIn has the parser get over a stranger from now on.
func (t *translation) standIn(s stranger) {
	if p := s.patch(); p != "" && !slices.Contains(t.patches, p) {
		t.patches = append(t.patches, p)
		t.strangers = append(t.strangers, s)
	}
}

// withCalls adds what can be seen to be missing without types, such as functions, and
// leaves out names that an unknown function or macro may declare: "DEFINE_FOO(name)".
func (t *translation) withCalls(diags Diagnostics) Diagnostics {
	var culprits []string
	for _, s := range t.strangers {
		culprits = append(culprits, s.text)
	}
	more, types := t.missingNames()
	for _, d := range more {
		culprits = append(culprits, d.name)
	}
	given := map[string]string{}
	for _, file := range slices.Sorted(maps.Keys(t.sources.files)) {
		if len(culprits) > 0 && !strings.HasPrefix(file, includeRoot+"/") && file != defineName {
			arguments(lex(file, t.sources.files[file]), culprits, given)
		}
	}
	kept := diags[:0]
	for _, d := range diags {
		switch by := given[d.name]; {
		case d.ID == "undeclared" && by != "":
			more = mayDeclare(more, by, d.name)
		case d.ID != "undeclared" || !types[d.name]:
			kept = append(kept, d)
		}
	}
	return append(kept, more...)
}

// mayDeclare has the error about an unknown function say that it may be a macro which
// declares one of its arguments.
func mayDeclare(diags Diagnostics, by, name string) Diagnostics {
	for i, d := range diags {
		if d.name == by && d.ID == "no-model" {
			text := fmt.Sprintf("'%s' is not declared either: if %s() is a macro that declares it, write out the declaration", name, by)
			diags[i].Notes = []Diagnostic{{Pos: d.Pos, Len: d.Len, Severity: Note, Text: text}}
		}
	}
	return diags
}

// arguments notes which names stand alone among the arguments of some functions or
// macros, and of which first.
func arguments(toks []token, of []string, given map[string]string) {
	for i, k := range toks {
		if !slices.Contains(of, k.text) || i+1 >= len(toks) || toks[i+1].text != "(" {
			continue
		}
		for j, end := i+2, closer(toks, i+1); j < end; j++ {
			if isName(toks[j].text) && strings.Contains("(,&", toks[j-1].text) && strings.Contains("),", toks[j+1].text) {
				if given[toks[j].text] == "" {
					given[toks[j].text] = k.text
				}
			}
		}
	}
}
