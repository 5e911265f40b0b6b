// SPDX-License-Identifier: MIT

package promela

import (
	"slices"
	"strings"
	"testing"

	"mmcheck/model"
)

// itreeIndex is the page that a walk is about, as in testdata/itree.pml.
const itreeIndex = 1

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
	"down_write insert(2) up_write move(1,2)",
	"down_write insert(3) up_write move(1,3)",
	"down_write insert(2) move(1,2) up_write",
	"down_write insert(3) move(1,3) remove(1) up_write",
	"down_write after(2,1) up_write spin_lock move(1,2) spin_unlock",
	"down_write insert(3) up_write spin_lock move(1,3) spin_unlock",
	"down_write insert(2) up_write spin_lock move(1,2) spin_unlock down_write remove(1) up_write",
	"down_write insert(2) insert(3) up_write spin_lock move(1,2) move(2,3) spin_unlock",
	"down_write insert(3) after(2,3) up_write spin_lock move(1,2) spin_unlock",
	"down_write remove(1) insert(2) insert(1) up_write spin_lock move(1,2) spin_unlock",
}

func itreeTwin() *twin {
	w := &twin{model: "itree", clients: 2, events: 16, scripts: slices.Concat(itreeWalks, itreeMoves),
		ops: []string{"down_read", "up_read", "down_write", "up_write", "spin_lock", "spin_unlock", "first", "next", "take", "insert", "remove", "after", "move"},
	}
	for walk := range itreeWalks {
		for m := range itreeMoves {
			w.sets = append(w.sets, []int{walk, len(itreeWalks) + m})
		}
	}
	w.native = func(t *testing.T, set []int) []string { return itreeNative(t, w, set) }
	w.mutants = []twinMutant{
		{"a new node comes before its equals", "pgoff[node[j]] <= pgoff[ARG1]", "pgoff[node[j]] < pgoff[ARG1]", []int{0, 3}},
		{"a node is put in front of the one it should follow", "place(ARG2);\n\t\tj++;", "place(ARG2);", []int{0, 7}},
		{"what begins before the page is not visited", "pgoff[v] <= INDEX &&", "pgoff[v] == INDEX &&", []int{0, 4}},
		{"the walk does not wait for who changes the tree", "op == DOWN_READ && !writer ->", "op == DOWN_READ ->", []int{0, 5}},
		{"a move makes the new entry first", "entry[ARG1] = 0;\n\t\tentry[ARG2] = seen;", "entry[ARG2] = seen;\n\t\tentry[ARG1] = 0;", []int{0, 3}},
		{"the page-table lock keeps nobody out", "op == SPIN_LOCK && !table", "op == SPIN_LOCK", []int{1, 7}},
	}
	return w
}

// TestItreeHistories compares the native interval tree and page table: for every
// walk and every move, the same visits and the same finds are possible.
func TestItreeHistories(t *testing.T) {
	w := itreeTwin()
	missed := 0
	for _, native := range w.compare(t) {
		if slices.ContainsFunc(native, func(s string) bool { return !slices.Contains(strings.Fields(s), itreeFound) }) {
			missed++
		}
	}
	if missed == 0 || missed == len(w.sets) {
		t.Errorf("of %d walks, %d can miss the entry", len(w.sets), missed)
	}
	t.Logf("%d walks, %d of them can miss the entry", len(w.sets), missed)
}

func TestItreeMutants(t *testing.T) { itreeTwin().differ(t) }

// itreeFound is the event that a walk finds the entry.
const itreeFound = "17"

func itreeNative(t *testing.T, w *twin, set []int) []string {
	t.Helper()
	s := script{name: "itree", seal: quiet(), shared: func(p *model.Program) {
		itreeShared(p)
		w.declareLog(p)
	}}
	for me := range w.clients {
		s.threads = append(s.threads, func(c *model.Code) { itreeClient(c, me, w.script(set, me)) })
	}
	p := s.build(t)
	return outcomes(t, p, p.Threads)
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
		observe(c, me, model.Add(model.Const(8), model.Ld(cur)))
	}
	for _, op := range ops {
		name, arg := operands(op)
		node := func(i int) model.Value { return lock(c.P, model.TrackedTag, arg[i]) }
		switch name {
		case "down_read", "up_read", "down_write", "up_write":
			call(c, op, lock(c.P, "rw_semaphore", 1))
		case "spin_lock", "spin_unlock":
			call(c, op, lock(c.P, "spinlock", 1))
		case "insert", "remove":
			call(c, "vma_interval_tree_"+name, node(0), root)
		case "after":
			call(c, "vma_interval_tree_insert_after", node(0), node(1), root)
		case "move":
			c.Do(model.Set{V: seen, X: call(c, "pt_get", table, page(model.Int(arg[0]))).X})
			call(c, "pt_clear", table, page(model.Int(arg[0])))
			call(c, "pt_set", table, page(model.Int(arg[1])), model.Value{X: model.Ld(seen)})
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
	observe(c, me, model.Add(model.Const(16), model.Ld(seen)))
	there, gone := c.NewBlock(), c.NewBlock()
	c.Branch(model.Ld(seen), there, gone)
	c.At(there)
	call(c, "pt_clear", table, page)
	c.Goto(gone)
	c.At(gone)
}
