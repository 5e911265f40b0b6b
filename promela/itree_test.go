// SPDX-License-Identifier: MIT

package promela

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"mmcheck/model"
)

// The codes of operations in testdata/itree.pml; index 0 ends a script. The
// others have operands: "insert V", "remove V", "after V PREVIOUS", "move FROM TO".
var itreeOps = []string{"", "down_read", "up_read", "down_write", "up_write", "spin_lock", "spin_unlock", "first", "next", "take"}

// Geometry of testdata/itree.pml.
const (
	itreeScriptLen = 16
	itreeIndex     = 1
)

// itreeVMAs are first page and number of pages of each vma.
var itreeVMAs = [][2]int{{}, {1, 1}, {1, 1}, {0, 2}}

// itreeWalks are walks of the tree: with page-table lock and without.
var itreeWalks = []string{
	"down_read first take next take next take up_read",
	"down_read first spin_lock take spin_unlock next spin_lock take spin_unlock next spin_lock take spin_unlock up_read",
	"down_read first take next take up_read down_read first take next take up_read",
}

// itreeMoves are what may happen meanwhile: the entry is moved with the lock of
// the tree held or after it, to where the walk comes later or has been.
var itreeMoves = []string{
	"down_write insert_2 up_write move_1_2",
	"down_write insert_3 up_write move_1_3",
	"down_write insert_2 move_1_2 up_write",
	"down_write insert_3 move_1_3 remove_1 up_write",
	"down_write after_2_1 up_write spin_lock move_1_2 spin_unlock",
	"down_write insert_3 up_write spin_lock move_1_3 spin_unlock",
	"down_write insert_2 up_write spin_lock move_1_2 spin_unlock down_write remove_1 up_write",
	"down_write insert_2 insert_3 up_write spin_lock move_1_2 move_2_3 spin_unlock",
	"down_write insert_3 after_2_3 up_write spin_lock move_1_2 spin_unlock",
	"down_write remove_1 insert_2 insert_1 up_write spin_lock move_1_2 spin_unlock",
}

// TestItreeHistories compares the native interval tree and page table with a
// model of them that was written by hand: for every walk and every move, the
// same visits and the same finds are possible.
func TestItreeHistories(t *testing.T) {
	needSpin(t)
	var combos [][]int
	for w := range itreeWalks {
		for m := range itreeMoves {
			combos = append(combos, []int{w, len(itreeWalks) + m})
		}
	}
	spin := itreeBySpin(t, combos)
	missed := 0
	for i, combo := range combos {
		native := itreeNative(t, combo)
		if len(native) == 0 || !slices.Equal(native, spin[i]) {
			t.Errorf("%s | %s: possible outcomes differ\nnative only: %v\nSPIN only: %v", itreeWalks[combo[0]], itreeMoves[combo[1]-len(itreeWalks)],
				without(native, spin[i]), without(spin[i], native))
		}
		if slices.ContainsFunc(native, func(s string) bool { return !slices.Contains(strings.Fields(s), itreeFound) }) {
			missed++
		}
	}
	if missed == 0 || missed == len(combos) {
		t.Errorf("of %d walks, %d can miss the entry", len(combos), missed)
	}
	t.Logf("%d walks, %d of them can miss the entry", len(combos), missed)
}

// itreeFound is the event that a walk finds the entry.
const itreeFound = "17"

// itreeCode is an operation of a script as testdata/itree.pml has it.
func itreeCode(op string) int {
	f := strings.Split(op, "_")
	n := make([]int, 3)
	for i := range f[1:] {
		_, _ = fmt.Sscan(f[i+1], &n[i]) // "down_read" has no operands
	}
	switch f[0] {
	case "insert":
		return 16 + n[0]
	case "remove":
		return 32 + n[0]
	case "after":
		return 64 + 8*n[0] + n[1]
	case "move":
		return 128 + 8*n[0] + n[1]
	}
	return slices.Index(itreeOps, op)
}

// itreeBySpin returns the outcomes of each combination by the hand-written
// model, sorted.
func itreeBySpin(t *testing.T, combos [][]int) [][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/itree.pml")
	if err != nil {
		t.Fatal(err)
	}
	var scripts, flat []int
	for _, s := range slices.Concat(itreeWalks, itreeMoves) {
		codes := make([]int, itreeScriptLen)
		for i, op := range strings.Fields(s) {
			codes[i] = itreeCode(op)
		}
		scripts = append(scripts, codes...)
	}
	for _, c := range combos {
		flat = append(flat, c...)
	}
	var head bytes.Buffer
	fmt.Fprintf(&head, "#define NSCRIPT_BYTES %d\n#define SCRIPTS {%s}\n", len(scripts), commas(scripts))
	fmt.Fprintf(&head, "#define NCOMBO %d\n#define NCOMBO_BYTES %d\n#define COMBOS {%s}\n", len(combos), len(flat), commas(flat))
	v, err := build(context.Background(), append(head.Bytes(), text...), 1024, false, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer v.close()
	out, stopped, err := v.pan(context.Background(), 100000, "-c0", "-E")
	if err != nil || stopped != "" {
		t.Fatal(stopped, err)
	}
	if s, err := parseSearch(out); err != nil || s.stopped != "" || len(s.errors) > 0 {
		t.Fatalf("%v: %v\n%s", err, s, firstLines(out, 5))
	}
	return readOutcomes(t, out, len(combos))
}

// itreeNative returns the same from the native cells.
func itreeNative(t *testing.T, combo []int) []string {
	t.Helper()
	all := slices.Concat(itreeWalks, itreeMoves)
	s := script{name: "itree", seal: model.SealOptions{Keep: func(*model.Check) bool { return false }}, shared: itreeShared}
	for me, n := range combo {
		s.threads = append(s.threads, func(c *model.Code) { itreeClient(c, me, strings.Fields(all[n])) })
	}
	p := s.build(t)
	return outcomes(p, p.Threads, find(p, "log"), find(p, "nlog"))
}

// itreeShared declares the vmas, of which the first is linked and mapped.
func itreeShared(p *model.Program) {
	p.TaskPages = len(itreeVMAs)
	p.Pools[model.TrackedTag] = len(itreeVMAs) - 1
	vma := p.AddType(model.TrackedTag)
	for _, name := range []string{"vm_start", "vm_end", "vm_pgoff"} {
		vma.AddLeaf(name, 1, 64, false, nil).Var.Init = map[int]int64{}
	}
	declare(p, "rw_semaphore", 1)
	declare(p, "spinlock", 1)
	declare(p, "rb_root_cached", 1)
	declare(p, "page_table", 1)
	p.PoolOf(vma)
	vma.Live.Init = map[int]int64{}
	for v := 1; v < len(itreeVMAs); v++ {
		vma.Live.Init[v] = 1
		vma.Field("vm_pgoff").Var.Init[v] = int64(itreeVMAs[v][0])
		vma.Field("vm_end").Var.Init[v] = int64(itreeVMAs[v][1] << model.PageShift)
	}
	pte, _, n := p.TypeByName("page_table").TableEntries()
	pte.Init = map[int]int64{n + 1: 1}
	node := find(p, "rb_root_cached.node")
	node.Init = map[int]int64{node.Width: 1}
	vma.LinkedVar().Init = map[int]int64{1: 1}
	p.NewVar("log", model.Memory, 0).Len = 16
	p.NewVar("nlog", model.Memory, 0)
}

// itreeClient runs a script and logs what it visits, as itree.pml does.
func itreeClient(c *model.Code, me int, ops []string) {
	vma, root, table := c.P.TypeByName(model.TrackedTag), lock(c.P, "rb_root_cached", 1), lock(c.P, "page_table", 1)
	cur, seen := c.T.NewReg("cur", vma), c.T.NewReg("seen", nil)
	index := model.Value{X: model.Const(itreeIndex)}
	page := func(v model.Expr) model.Value {
		return model.Value{X: model.MkBin(model.OpShl, v, model.Const(model.PageShift))}
	}
	visit := func(v model.Value) {
		c.Do(model.Set{V: cur, X: v.X}, model.Set{V: cur.Life, X: model.Const(0)})
		itreeObserve(c, me, model.Add(model.Const(8), model.Ld(cur)))
	}
	for _, op := range ops {
		f := strings.Split(op, "_")
		no := func(i int) int { return int(f[i][0] - '0') }
		node := func(i int) model.Value { return lock(c.P, model.TrackedTag, no(i)) }
		switch f[0] {
		case "down", "up":
			call(c, op, lock(c.P, "rw_semaphore", 1))
		case "spin":
			call(c, op, lock(c.P, "spinlock", 1))
		case "insert", "remove":
			call(c, "vma_interval_tree_"+f[0], node(1), root)
		case "after":
			call(c, "vma_interval_tree_insert_after", node(1), node(2), root)
		case "move":
			c.Do(model.Set{V: seen, X: call(c, "pt_get", table, page(model.Int(no(1)))).X})
			call(c, "pt_clear", table, page(model.Int(no(1))))
			call(c, "pt_set", table, page(model.Int(no(2))), model.Value{X: model.Ld(seen)})
		case "first":
			visit(call(c, "vma_interval_tree_iter_first", root, index, index))
		case "next", "take":
			here, done := c.NewBlock(), c.NewBlock()
			c.Branch(model.Ne(model.Ld(cur), model.Const(0)), here, done)
			c.At(here)
			if op == "next" {
				visit(call(c, "vma_interval_tree_iter_next", model.Value{X: model.Ld(cur), Points: vma}, root, index, index))
			} else {
				itreeTake(c, me, seen, table, page(model.Ld(cur)))
			}
			c.Goto(done)
			c.At(done)
		}
	}
}

// itreeTake looks at an entry, and clears it if it is there.
func itreeTake(c *model.Code, me int, seen *model.Var, table, page model.Value) {
	c.Do(model.Set{V: seen, X: call(c, "pt_get", table, page).X})
	itreeObserve(c, me, model.Add(model.Const(16), model.Ld(seen)))
	there, gone := c.NewBlock(), c.NewBlock()
	c.Branch(model.Ld(seen), there, gone)
	c.At(there)
	call(c, "pt_clear", table, page)
	c.Goto(gone)
	c.At(gone)
}

func itreeObserve(c *model.Code, me int, what model.Expr) {
	log, nlog := find(c.P, "log"), find(c.P, "nlog")
	c.Step(model.Set{V: log, I: model.Ld(nlog), X: model.Add(model.Int(64*me), what)},
		model.Set{V: nlog, X: model.Add(model.Ld(nlog), model.Const(1))})
}
