// SPDX-License-Identifier: MIT

package report

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"mmcheck/checker"
	"mmcheck/model"
)

// TestTableFitsMail holds every table to what survives in a mail: 75 columns,
// printable ASCII, no trailing spaces.
func TestTableFitsMail(t *testing.T) {
	for name, sc := range scenes {
		r := sc.check(t)
		if r.Finding == nil {
			continue
		}
		for _, line := range newStory(r, false).table() {
			if len(line) > tableWidth || strings.TrimRight(line, " ") != line || ascii(line) != line {
				t.Errorf("%s: bad line %q", name, line)
			}
		}
	}
}

// TestTableCutsLongTexts gives three threads more text than there is room for.
func TestTableCutsLongTexts(t *testing.T) {
	p := model.NewProgram("wide", []string{"first_thread", "second_thread", strings.Repeat("n", 90)})
	var evs []*event
	for i := range 6 {
		evs = append(evs, &event{thread: p.Threads[i%3], depth: i * 3, text: strings.Repeat("word_", 9), says: []string{strings.Repeat("c", 80)}, bad: i == 5})
	}
	l := newLayout(p.Threads, evs, TableStyle{})
	for _, e := range evs {
		l.event(e, strings.Repeat("much is wrong here, ", 8))
	}
	carets := false
	for _, line := range l.lines {
		if len(line) > tableWidth {
			t.Errorf("%d columns: %q", len(line), line)
		}
		carets = carets || strings.Contains(line, "^^^")
	}
	if !carets {
		t.Error("no carets below the violation")
	}
}

func TestShare(t *testing.T) {
	for _, x := range []struct {
		total            int
		need, want, into []int
	}{
		{75, []int{10}, []int{20}, []int{75}},
		{73, []int{30, 20}, []int{32, 25}, []int{32, 41}},
		{73, []int{30, 30}, []int{50, 50}, []int{37, 36}},
		{73, []int{20, 90}, []int{20, 99}, []int{20, 53}},
		{71, []int{50, 10, 60}, []int{50, 10, 60}, []int{30, 10, 31}},
	} {
		if got := share(x.total, x.need, x.want); !slices.Equal(got, x.into) {
			t.Errorf("share(%d, %v, %v) = %v, want %v", x.total, x.need, x.want, got, x.into)
		}
	}
}

func TestWrapAndCut(t *testing.T) {
	if got := wrap("waits for mm.mmap_lock now", 11); !slices.Equal(got, []string{"waits for", "mm.", "mmap_lock", "now"}) {
		t.Errorf("wrap: %q", got)
	}
	for n, want := range map[int]string{0: "", 1: ".", 2: "..", 4: "ab..", 6: "abcdef"} {
		if got := cut("abcdef", n); got != want {
			t.Errorf("cut to %d: %q, want %q", n, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := count(n); got != want {
			t.Errorf("count(%d) = %q, want %q", n, got, want)
		}
	}
}

// TestUnknown names the limit, the flag that raises it, and what is left.
func TestUnknown(t *testing.T) {
	r := scenes["holds"].check(t)
	r.Verdict, r.Limit, r.Stats.Frontier = checker.Unknown, &checker.LimitHit{What: "the limit of 100 states", Raise: "--max-states"}, 7
	var b bytes.Buffer
	if err := Text(&b, Meta{Spec: "brk.c"}, r, nil); err != nil {
		t.Fatal(err)
	}
	golden(t, "unknown.txt", b.Bytes())
}

// TestDeterministic renders the same finding twice in every format.
func TestDeterministic(t *testing.T) {
	for name, sc := range scenes {
		for _, f := range Formats {
			var out [2]bytes.Buffer
			for i := range out {
				if r := sc.check(t); !f.Trace || r.Finding != nil {
					if err := f.Write(&out[i], Meta{Spec: name}, r, sc.source); err != nil {
						t.Fatal(err)
					}
				}
			}
			if !bytes.Equal(out[0].Bytes(), out[1].Bytes()) {
				t.Errorf("%s: %s differs between runs", name, f.Name)
			}
		}
	}
}
