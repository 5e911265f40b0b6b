// SPDX-License-Identifier: MIT

// This file numbers the reasons for which a path can stop, so that they can be
// read back from SPIN's assertions.

package promela

import (
	"fmt"

	"mmcheck/checker/property"
	"mmcheck/model"
)

// Stop is one reason to stop: a check that can fail, a limit, or a deadlock.
type Stop struct {
	Num   int
	Prop  string // the property broken, "" for a limit
	Text  string
	Fatal bool // ends the path; a broken rule does not
}

// String describes the stop in one line.
func (s Stop) String() string {
	if s.Prop == "" {
		return "limit: " + s.Text
	}
	return s.Prop + ": " + s.Text
}

// deadlockID is the property that the monitor process stands for.
const deadlockID = "deadlock"

// stopKey tells stops apart.
type stopKey struct{ prop, text string }

// stops is the numbered list; numbers start at 1, which is the deadlock.
type stops struct {
	list []Stop
	num  map[stopKey]int
}

func newStops(p *model.Program) *stops {
	s := &stops{num: map[stopKey]int{}}
	s.add(deadlockID, "threads wait for ever", true)
	for _, t := range p.Threads {
		for _, b := range t.Blocks {
			b.Bodies(func(body []model.Stmt) {
				model.WalkStmts(body, func(st model.Stmt) {
					switch st := st.(type) {
					case model.Check:
						s.add(st.Prop, st.Text, fatal(st.Prop))
					case model.Limit:
						s.add("", st.What, true)
					}
				})
			})
		}
	}
	return s
}

func (s *stops) add(prop, text string, fatal bool) {
	k := stopKey{prop, text}
	if s.num[k] == 0 {
		s.list = append(s.list, Stop{len(s.list) + 1, prop, text, fatal})
		s.num[k] = len(s.list)
	}
}

func (s *stops) ofCheck(c model.Check) Stop { return s.list[s.num[stopKey{c.Prop, c.Text}]-1] }
func (s *stops) ofLimit(l model.Limit) Stop { return s.list[s.num[stopKey{"", l.What}]-1] }

// byNum returns the stop with a number that SPIN reported.
func (s *stops) byNum(n int) (Stop, error) {
	if n < 1 || n > len(s.list) {
		return Stop{}, fmt.Errorf("SPIN reports stop %d, of %d", n, len(s.list))
	}
	return s.list[n-1], nil
}

// fatal says whether a broken property ends a transition: errors do, rules do
// not, and properties that only tests know are errors.
func fatal(id string) bool {
	p := property.ByID(id)
	return p == nil || p.Severity == property.Error
}
