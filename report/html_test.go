// SPDX-License-Identifier: MIT

package report

import (
	"bytes"
	"encoding/json"
	"regexp"
	"testing"

	"mmcheck/report/page"
)

// TestPageHasTheStates takes the data out of each page, replays it as the script does,
// and compares who holds which lock, and what fields hold, with the states themselves.
func TestPageHasTheStates(t *testing.T) {
	for name, sc := range scenes {
		r := sc.check(t)
		if r.Finding == nil {
			continue
		}
		var b bytes.Buffer
		if err := HTML(&b, Meta{Spec: name}, r, sc.source); err != nil {
			t.Fatal(err)
		}
		var d page.Data
		if err := json.Unmarshal(regexp.MustCompile(`(?s)id="data">(.*?)</script>`).FindSubmatch(b.Bytes())[1], &d); err != nil {
			t.Fatal(err)
		}
		s := newStory(r, true)
		now := make([]any, len(d.Timeline.Slots))
		for n, set := range d.Timeline.Set {
			for i := 0; i < len(set); i += 2 {
				now[set[i]] = d.Timeline.Values[set[i+1]]
			}
			st := r.Finding.Trace.Initial
			if n > 0 {
				st = s.facts[n-1].After
			}
			for i, slot := range d.Timeline.Slots {
				switch slot.Group {
				case "lock":
					held := map[string]bool{}
					for _, h := range now[i].([]any) {
						h := h.(map[string]any)
						held[d.Threads[int(h["t"].(float64))]] = h["h"] != "q"
					}
					for _, l := range locksOf(r.Program) {
						for _, th := range r.Program.Threads {
							if l.Name == slot.Name && held[th.Name] != (holdOf(st, l, th) != holdNone) {
								t.Errorf("%s: step %d: %s is said to have %s: %v", name, n, th.Name, l.Name, held[th.Name])
							}
						}
					}
				case "field":
					for _, v := range r.Program.Vars {
						for e := v.First(); e < v.Len; e++ {
							c := changeOf(r.Program, v.Off()+e, st, st)
							if o := whole(c.owner()); c.name() == slot.Name && (o == nil || !o.Heap || st[o.Type.Live.Off()+o.Num] != 0) && now[i] != c.value() {
								t.Errorf("%s: step %d: %s is said to be %v, and is %s", name, n, slot.Name, now[i], c.value())
							}
						}
					}
				}
			}
		}
	}
}
