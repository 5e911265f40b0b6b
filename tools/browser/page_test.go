// SPDX-License-Identifier: MIT

package browser

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The checks whose pages are looked at.
var (
	dangling = []string{"-D", "DROP", "specs/seeds/mm_populate_vma.c"}
	holding  = []string{"-D", "DOWNGRADE", "specs/seeds/mm_populate_vma.c"}
	deadlock = []string{"-D", "BREAK", "specs/rules/abba.c"}
	four     = []string{"-D", "BREAK", "specs/bugs/procmap_query.c"}
	six      = []string{"-D", "RACE", "specs/rules/lock_array.c"}
	flush    = []string{"specs/bugs/pfnmap_flush.c"}
	long     = []string{"specs/bugs/anon_vma_reuse.c"} // one thread, 267 steps
	update   = []string{"-D", "BREAK", "specs/rules/lost_update.c"}
	race     = []string{"-D", "ONE_LOCK", "specs/rules/data_race.c"}

	violated = [][]string{dangling, deadlock, four, six, flush, long, race}
)

func name(args []string) string { return strings.TrimSuffix(filepath.Base(args[len(args)-1]), ".c") }

// document is what the tests need of the JSON report.
type document struct {
	Finding struct {
		Steps []struct {
			Thread  string
			Changes []struct{ Name string }
		}
		CPUs  []string
		Waits []struct {
			Thread, Lock string
			For          []string
		}
		Table []string
	}
}

// told are the documents that were read so far.
var told = map[string]document{}

func read(t *testing.T, args []string) document {
	t.Helper()
	key := strings.Join(args, " ")
	d, ok := told[key]
	if !ok {
		if err := json.Unmarshal(output(t, append([]string{"--format=json"}, args...)...), &d); err != nil {
			t.Fatal(err)
		}
		told[key] = d
	}
	return d
}

// row is one that can be chosen.
type row struct{ Step, Thread int }

func (p *tab) rows() []row {
	p.t.Helper()
	return js[[]row](p, `[...document.querySelectorAll("#lanes tbody:not([hidden]) tr[data-s]:not([hidden])")].map(r => ({Step: +r.dataset.s, Thread: +r.dataset.t}))`)
}

// at is the number of the row that is chosen.
func (p *tab) at() int {
	p.t.Helper()
	return js[int](p, `[...document.querySelectorAll("#lanes tbody:not([hidden]) tr[data-s]:not([hidden])")].findIndex(r => r.getAttribute("aria-selected") === "true")`)
}

// A page opens at its bug, without a word of the browser, and asks for nothing; the
// place of the bug is in view.
func TestOpensAtTheBug(t *testing.T) {
	for _, args := range violated {
		t.Run(name(args), func(t *testing.T) {
			need(t)
			p := open(t, write(t, args...), "", desk)
			rows := p.rows()
			if len(rows) == 0 || p.at() != len(rows)-1 || p.step() != js[int](p, `JSON.parse(document.getElementById("data").textContent).steps.length`) {
				t.Errorf("row %d of %d, step %d", p.at(), len(rows), p.step())
			}
			if !js[bool](p, `(() => { const r = document.querySelector("#source .now").getBoundingClientRect(), s = document.getElementById("source").getBoundingClientRect(); return r.top >= s.top && r.bottom <= s.bottom })()`) {
				t.Error("the place of the bug is not in view")
			}
			p.shot(name(args))
			p.quiet()
		})
	}
}

// The page of a verdict without a schedule needs no script.
func TestHolds(t *testing.T) {
	need(t)
	p := open(t, write(t, holding...), "", desk, emulation.SetScriptExecutionDisabled(true))
	p.shot("holds")
	p.quiet()
	p.do(chromedp.Tasks{emulation.SetScriptExecutionDisabled(false)})
	if got := js[string](p, `document.querySelector("h1").textContent`); !strings.HasPrefix(got, "holds: ") {
		t.Errorf("title %q", got)
	}
	if js[int](p, `document.querySelectorAll(".code .never").length`) == 0 {
		t.Error("no statement is marked as one that never ran")
	}
}

// Back to the start and forth again the state is the same at each step, and what is
// said to have changed is what the JSON report says, as far as it is memory.
func TestWalk(t *testing.T) {
	for _, args := range [][]string{dangling, update} {
		t.Run(name(args), func(t *testing.T) {
			need(t)
			p := open(t, write(t, args...), "a=1", desk)
			steps := read(t, args).Finding.Steps
			if n := len(p.rows()); n != len(steps) {
				t.Fatalf("%d rows for %d steps", n, len(steps))
			}
			type seen struct {
				Step    int
				State   string
				Changed []string
			}
			walk := js[[]seen](p, fmt.Sprintf(`(() => {
				const key = k => document.body.dispatchEvent(new KeyboardEvent("keydown", {key: k, bubbles: true}));
				const look = () => ({Step: +document.querySelector("tr[aria-selected=true]").dataset.s, State: document.getElementById("state").innerHTML, Changed: [...document.querySelectorAll("#state dl")]
					.filter(d => d.previousSibling.textContent.startsWith("changed")).flatMap(d => [...d.querySelectorAll("dt")].map(x => x.textContent))});
				const out = [];
				for (let i = 0; i < %[1]d; i++) out.push(look()), key("k");
				for (let i = 0; i < %[1]d; i++) out.push(look()), key("j");
				return out;
			})()`, len(steps)))
			fields := js[[]string](p, `JSON.parse(document.getElementById("data").textContent).timeline.slots.filter(s => s.g === "field").map(s => s.n)`)
			var back, forth []string
			for i, x := range walk {
				if i >= len(steps) {
					forth = append(forth, x.State)
					continue
				}
				back = append(back, x.State)
				n := len(steps) - i
				if x.Step != n {
					t.Fatalf("at step %d, want %d", x.Step, n)
				}
				for _, c := range x.Changed {
					if !slices.ContainsFunc(steps[n-1].Changes, func(x struct{ Name string }) bool { return x.Name == c }) {
						t.Errorf("step %d: %s did not change", n, c)
					}
				}
				for _, c := range steps[n-1].Changes {
					if slices.Contains(fields, c.Name) && !slices.Contains(x.Changed, c.Name) && !strings.Contains(x.State, "freed: what it held") {
						t.Errorf("step %d: %s changed, and is not shown", n, c.Name)
					}
				}
			}
			slices.Reverse(forth)
			if !slices.Equal(back, forth) {
				t.Error("the state depends on the way to it")
			}
		})
	}
}

// Each key leads where the rows say.
func TestKeys(t *testing.T) {
	need(t)
	p := open(t, write(t, four...), "", desk)
	rows := p.rows()
	find := func(from, dir int, ok func(i int) bool) int {
		for i := from + dir; i >= 0 && i < len(rows); i += dir {
			if ok(i) {
				return i
			}
		}
		return from // at the ends nothing happens
	}
	for at := 0; at < len(rows); at += 2 {
		other := func(i int) bool { return i > 0 && rows[i].Thread != rows[i-1].Thread }
		same := func(i int) bool { return rows[i].Thread == rows[at].Thread }
		for key, want := range map[string]int{
			"j": find(at, 1, func(int) bool { return true }), "k": find(at, -1, func(int) bool { return true }),
			"n": find(at, 1, same), "p": find(at, -1, same), "]": find(at, 1, other), "[": find(at, -1, other),
			"g": 0, "b": len(rows) - 1,
		} {
			p.do(chromedp.Evaluate(fmt.Sprintf(`document.querySelectorAll("#events tr[data-s]")[%d].click()`, at), nil))
			p.keys(key)
			if got := p.at(); got != want {
				t.Errorf("%s from row %d leads to %d, want %d", key, at, got, want)
			}
		}
	}
	p.keys("b6")
	if got := p.step(); got != 2 {
		t.Errorf("note 6 leads to step %d, want 2, where mmap_lock was taken", got)
	}
	p.keys("bh")
	if js[int](p, `[...document.querySelectorAll("#lanes thead .t0")].filter(e => !e.hidden).length`) != 0 {
		t.Error("h does not hide the lane")
	}
	p.keys("sa")
	if n := len(p.rows()); n != len(read(t, four).Finding.Steps) {
		t.Errorf("%d rows with all steps", n)
	}
	p.do(chromedp.Evaluate(`[...document.querySelectorAll("#state button.name")].find(b => b.textContent === "inode.i_rwsem").click()`, nil))
	var touched []int
	for p.keys("g"); ; p.keys("}") {
		if n := p.step(); len(touched) > 0 && touched[len(touched)-1] == n {
			break
		} else {
			touched = append(touched, n)
		}
	}
	if want := []int{1, 8, 11, 12}; !slices.Equal(touched, want) {
		t.Errorf("} stops at %v, want %v: where the lock is taken and waited for", touched, want)
	}
	p.keys("?")
	if js[bool](p, `document.getElementById("help").hidden`) {
		t.Error("? does not help")
	}
	p.keys(kb.Escape)
	if !js[bool](p, `document.getElementById("help").hidden`) {
		t.Error("Esc does not close the help")
	}
	p.keys("/waits" + kb.Enter)
	if got := js[string](p, `document.querySelector("tr[aria-selected=true]").textContent`); !strings.Contains(got, "waits") {
		t.Errorf("found %q", got)
	}
	p.quiet()
}

// An address is a place; what it cannot say is forgiven.
func TestAddress(t *testing.T) {
	need(t)
	file := write(t, dangling...)
	n := len(read(t, dangling).Finding.Steps)
	for fragment, want := range map[string]int{"s=0&a=1": 1, "s=7&a=1": 7, "s=999&a=1": n, "s=x": n, "s=3&zz&a=1": 3, "o=nobody": n} {
		p := open(t, file, fragment, desk)
		if got := p.step(); got != want {
			t.Errorf("#%s: step %d, want %d", fragment, got, want)
		}
		p.quiet()
	}
	p := open(t, file, "", desk)
	p.do(chromedp.Evaluate(`location.hash = "#s=9&a=1"`, nil), chromedp.Sleep(50e6))
	if got := p.step(); got != 9 {
		t.Errorf("hashchange leads to step %d", got)
	}
	p.keys("k")
	before := p.shot("address")
	p.do(chromedp.Reload())
	if after := p.shot("address"); !slices.Equal(before, after) {
		t.Error("another picture after a reload")
	}
}

// A deadlock says who waits for what and whom.
func TestDeadlock(t *testing.T) {
	for _, args := range [][]string{deadlock, four} {
		need(t)
		p := open(t, write(t, args...), "", desk)
		circle := js[string](p, `document.querySelector(".cycle").textContent`)
		locks := js[string](p, `document.getElementById("state").textContent`)
		for _, w := range read(t, args).Finding.Waits {
			if want := w.Thread + " waits for " + w.Lock + ", in the way: " + strings.Join(w.For, " and "); !strings.Contains(circle, want) {
				t.Errorf("%s: no %q in %q", name(args), want, circle)
			}
			if !strings.Contains(locks, "waits: "+w.Thread+" since") {
				t.Errorf("%s: %s does not wait among the locks", name(args), w.Thread)
			}
		}
	}
}

// Whatever the window, nothing is wider than its place, and the page does not scroll
// sideways.
func TestFits(t *testing.T) {
	for _, args := range [][]string{four, six, flush, long, holding} {
		t.Run(name(args), func(t *testing.T) {
			need(t)
			p := open(t, write(t, args...), "", desk)
			for _, w := range []size{{1600, 1000}, {1200, 800}, {800, 600}, {683, 384}, {360, 640}} {
				p.do(emulation.SetDeviceMetricsOverride(w.w, w.h, 1, false))
				if wide := js[[]string](p, `[...document.querySelectorAll("body, main, #lanes, #lanes td, #source, #state, header, .strip > div")].filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0).map(e => e.tagName + "." + e.className + " " + e.textContent.slice(0, 40))`); len(wide) > 0 {
					t.Errorf("at %d: wider than their place: %q", w.w, wide)
				}
				if over := js[int](p, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
					t.Errorf("at %d: %d pixels to scroll sideways", w.w, over)
				}
				if os.Getenv("SHOTS") != "" {
					p.shot(fmt.Sprintf("%s-%d", name(args), w.w))
				}
			}
		})
	}
}

// In the dark and on paper it can be read, too.
func TestMedia(t *testing.T) {
	need(t)
	p := open(t, write(t, flush...), "", desk, emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}))
	p.shot("dark")
	p.contrast()
	p.do(emulation.SetEmulatedMedia().WithMedia("print"))
	if js[bool](p, `document.getElementById("tools").checkVisibility() || !document.getElementById("lanes").checkVisibility()`) {
		t.Error("on paper: tools, or no lanes")
	}
	p.shot("print")
	p = open(t, write(t, flush...), "", desk)
	p.contrast()
}

// contrast compares the colours of text with those behind it.
func (p *tab) contrast() {
	p.t.Helper()
	luminance := func(name string) float64 {
		hex := js[string](p, fmt.Sprintf(`getComputedStyle(document.documentElement).getPropertyValue("--%s").trim()`, name))
		if len(hex) == 4 {
			hex = "#" + strings.Repeat(hex[1:2], 2) + strings.Repeat(hex[2:3], 2) + strings.Repeat(hex[3:4], 2)
		}
		sum := 0.0
		for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
			x, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
			if err != nil {
				p.t.Fatal(err)
			}
			c := float64(x) / 255
			if c <= 0.04045 {
				sum += weight * c / 12.92
			} else {
				sum += weight * math.Pow((c+0.055)/1.055, 2.4)
			}
		}
		return sum
	}
	for _, pair := range [][2]string{{"text", "paper"}, {"grey", "paper"}, {"blue", "paper"}, {"red", "paper"}, {"grey", "pane"}, {"grey", "pick"},
		{"red", "pick"}, {"blue", "pane"}, {"red", "red-bg"}, {"text", "blue-bg"}, {"text", "red-bg"}, {"paper", "blue"}} {
		a, b := luminance(pair[0]), luminance(pair[1])
		if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 {
			p.t.Errorf("%s on %s: contrast %.1f", pair[0], pair[1], ratio)
		}
	}
}

// Without a script the schedule and the report for mail are there.
func TestWithoutScript(t *testing.T) {
	need(t)
	p := open(t, write(t, dangling...), "", desk, emulation.SetScriptExecutionDisabled(true))
	p.shot("plain")
	p.do(emulation.SetScriptExecutionDisabled(false))
	if got := js[string](p, `document.getElementById("text").textContent`); got != string(output(t, dangling...)) {
		t.Errorf("the text is not that of the report:\n%s", got)
	}
	if !js[bool](p, `document.querySelector("#events .bad").checkVisibility()`) {
		t.Error("the bug is not there")
	}
	p.quiet()
}

// A reader without a mouse comes from the top of the page to the bug and back; a
// reader without eyes hears where.
func TestAccess(t *testing.T) {
	need(t)
	p := open(t, write(t, dangling...), "", desk)
	at := func() string { return js[string](p, `document.activeElement.tagName`) }
	for i := 0; at() != "TR"; i++ {
		if i > 40 {
			t.Fatal("no row after 40 tabs")
		}
		p.keys(kb.Tab)
	}
	last := p.step()
	p.keys(kb.ArrowUp)
	if p.step() >= last || at() != "TR" {
		t.Errorf("up leads from step %d to %d, focus in %s", last, p.step(), at())
	}
	p.keys(kb.End)
	if p.step() != last {
		t.Errorf("End leads to step %d", p.step())
	}
	if js[int](p, `document.querySelectorAll("tr[aria-selected=true]").length`) != 1 {
		t.Error("not one row is chosen")
	}
	if js[int](p, `[...document.querySelectorAll("tr[data-s]")].filter(r => !r.getAttribute("aria-label") && !r.closest("[hidden]")).length`) != 0 {
		t.Error("a row has no name")
	}
	if got := js[string](p, `document.getElementById("live").textContent`); !strings.HasPrefix(got, fmt.Sprintf("step %d, CPU0", last)) {
		t.Errorf("spoken: %q", got)
	}
}

// The table that is copied is that of the report.
func TestCopy(t *testing.T) {
	need(t)
	p := open(t, write(t, dangling...), "", desk)
	p.do(chromedp.Evaluate(`Object.defineProperty(navigator, "clipboard", {value: {writeText: x => (window.copied = x, Promise.resolve())}})`, nil))
	p.keys("y")
	if got, want := js[string](p, `copied`), strings.Join(read(t, dangling).Finding.Table, "\n")+"\n"; got != want {
		t.Errorf("copied:\n%s\nwant:\n%s", got, want)
	}
}

// What a spec says is shown as it was typed, whatever it means to a browser.
func TestTextIsText(t *testing.T) {
	need(t)
	nasty := "</script><script>alert(1)</script> <!-- & &amp; \u2028 <b>bold</b> '\"`" + strings.Repeat(" long", 100)
	spec := filepath.Join(t.TempDir(), "nasty.c")
	code := "#include <mmcheck.h>\n\nstatic int x;\n\nTHREAD(one, NULL)\n{\n\tx = 1; // " + nasty + "\n\tassert(x < 1 && \"</script><!--\"); // " + nasty + "\n}\n"
	if err := os.WriteFile(spec, []byte(code), 0o666); err != nil {
		t.Fatal(err)
	}
	p := open(t, write(t, spec), "", desk)
	if got := js[string](p, `document.querySelector("#source .now pre").textContent`); !strings.Contains(got, nasty) {
		t.Errorf("shown: %q", got)
	}
	if got := js[string](p, `document.querySelector("#events .bad code").textContent`); !strings.Contains(got, `"</script><!--"`) {
		t.Errorf("shown: %q", got)
	}
	if over := js[int](p, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		t.Errorf("%d pixels to scroll sideways", over)
	}
	p.quiet()
}

// A long schedule is ready at once, each step too, and fits its budget.
func TestLong(t *testing.T) {
	need(t)
	file := write(t, long...)
	if st, err := os.Stat(file); err != nil || st.Size() > 150<<10 {
		t.Errorf("%d bytes, %v", st.Size(), err)
	}
	p := open(t, file, "a=1", desk)
	ready := js[float64](p, `performance.getEntriesByType("navigation")[0].loadEventEnd`)
	took := js[float64](p, `(() => { const key = k => document.body.dispatchEvent(new KeyboardEvent("keydown", {key: k, bubbles: true})); const t = performance.now(); for (let i = 0; i < 50; i++) key("k"); document.body.offsetHeight; return (performance.now() - t) / 50 })()`)
	t.Logf("ready after %.0f ms, a step takes %.1f ms", ready, took)
	if ready > 3000 || took > 50 { // 1000 and 16 on a machine that has nothing else to do
		t.Errorf("ready after %.0f ms, a step takes %.1f ms", ready, took)
	}
}

// So does one of 2,500 steps, each of them an event.
func TestVeryLong(t *testing.T) {
	need(t)
	spec := filepath.Join(t.TempDir(), "loop.c")
	code := "#include <mmcheck.h>\n\nstatic int x;\n\nTHREAD(one, NULL)\n{\n\tfor (int i = 0; i < 2500; i++)\n\t\tWRITE_ONCE(x, i & 1);\n\tassert(x == 5);\n}\n"
	if err := os.WriteFile(spec, []byte(code), 0o666); err != nil {
		t.Fatal(err)
	}
	file := write(t, spec)
	if st, err := os.Stat(file); err != nil || st.Size() > 1<<20 {
		t.Errorf("%d bytes, %v", st.Size(), err)
	}
	p := open(t, file, "", desk)
	t.Logf("ready after %.0f ms", js[float64](p, `performance.getEntriesByType("navigation")[0].loadEventEnd`))
	last := p.step()
	p.keys("kk") // the assertion is a row beside its step
	if got := p.step(); last < 2500 || got != last-1 {
		t.Errorf("from step %d, kk leads to %d", last, got)
	}
	p.quiet()
}

// The gallery that comes with mmcheck opens without a complaint; its links lead to files,
// and its pages are what mmcheck writes.
func TestGallery(t *testing.T) {
	need(t)
	dir := filepath.Join(root(), "out")
	p := open(t, filepath.Join(dir, "index.html"), "", desk)
	p.shot("gallery")
	links := js[[]string](p, `[...document.querySelectorAll("a[href]")].map(a => a.getAttribute("href"))`)
	if len(links) < 40 {
		t.Errorf("%d links", len(links))
	}
	for _, l := range links {
		if _, err := os.Stat(filepath.Join(dir, l)); err != nil {
			t.Error(err)
		}
	}
	if broken := js[[]string](p, `[...document.images].filter(i => !i.complete || i.naturalWidth === 0).map(i => i.src)`); len(broken) > 0 {
		t.Errorf("no picture: %q", broken)
	}
	if len(p.heard) > 0 {
		t.Errorf("the browser says: %q", p.heard)
	}
	page := slices.IndexFunc(links, func(l string) bool { return strings.HasSuffix(l, "dangling-vma.html") })
	if page < 0 {
		t.Fatal("no page of a dangling VMA")
	}
	p = open(t, filepath.Join(dir, links[page]), "", desk)
	p.step()
	p.quiet()
}
