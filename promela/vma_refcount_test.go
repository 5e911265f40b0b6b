// SPDX-License-Identifier: MIT

package promela

import "testing"

// vmaRefcountScripts are what one client may do: readers, then writers of the same
// mm, then those of another mm. A failed attempt to read-lock goes on behind the
// end of that hold.
var vmaRefcountScripts = []string{
	"start_read read read end_read",
	"start_read read end_read start_read read end_read",
	"read_locked read read end_read",
	"start_read read_lock read_unlock end_read",
	"start_read start_read end_read read end_read",

	"write_lock find start_write write write write_unlock",
	"write_lock find start_write write downgrade read read_unlock",
	"write_lock find start_write start_write write write_unlock write_lock start_write write write write_unlock",
	"write_lock find write write write_unlock",
	"write_lock find start_write remove detach free write_unlock",
	"write_lock find start_write remove detach downgrade free read_unlock",
	"write_lock find start_write remove detach free alloc start_write write attach insert write_unlock",
	"write_lock find start_write remove detach write attach insert write_unlock",

	"other write_lock alloc start_write attach insert write_unlock",
	"other write_lock alloc start_write attach write write insert write_unlock write_lock start_write write write_unlock",
	"other write_lock alloc start_write attach insert remove detach free write_unlock drop",
}

// The first script that is no reader, and the first of another mm.
const (
	vmaRefcountWriters = 5
	vmaRefcountOthers  = 13
	vmaRefcountUnmap   = 9
)

// vmaRefcountSets are a reader and a writer, some with a second reader, and those
// that let another mm have the memory.
func vmaRefcountSets() [][]int {
	var out [][]int
	for w := vmaRefcountWriters; w < vmaRefcountOthers; w++ {
		for r := range vmaRefcountWriters {
			if r < 3 || w < vmaRefcountUnmap { // the last two are about writers that wait
				out = append(out, []int{r, w, nobody})
			}
		}
	}
	for o := vmaRefcountOthers; o < len(vmaRefcountScripts); o++ {
		out = append(out, []int{0, vmaRefcountUnmap, o})
	}
	return append(out, []int{0, 5, 0}, []int{0, vmaRefcountUnmap, 0})
}

func vmaRefcountTwin() *twin {
	w := &twin{model: "vma_refcount", clients: 3, events: 20, scripts: vmaRefcountScripts, sets: vmaRefcountSets(),
		ops: []string{"other", "write_lock", "write_unlock", "downgrade", "read_lock", "read_unlock", "start_read", "read_locked", "end_read", "read",
			"find", "start_write", "write", "remove", "detach", "free", "alloc", "attach", "insert", "drop"},
	}
	w.native = func(t *testing.T, set []int) []string {
		return clientsInC(t, w, set, "6.15", vmaRefcountHead, vmaRefcountC)
	}
	w.mutants = []twinMutant{
		{"no second look at the numbers", ":: seen == mmseq[my] -> put(); got = GIVE_UP", ":: false -> put()", []int{0, 5, nobody}},
		{"no look at the mm", ":: got == HELD && owner[vma] != my ->", ":: false ->", []int{0, 9, 13}},
		{"the other mm is not kept", "pins[other]++;\n\t\t\tput();\n\t\t\tpins[other]--;", "put();", []int{0, 9, 15}},
		{"the mm is read when the count is down", "\tmm = owner[vma];\n\td_step { count[vma]--; left = count[vma] };\n", "\td_step { count[vma]--; left = count[vma] };\n\tmm = owner[vma];\n", []int{0, 9, 15}},
		{"readers wake nobody", "asleep[sleeper[m] - 1] = 0", "skip", []int{0, 5, nobody}},
		{"readers wake only who detaches", "left <= FLAG + 1", "left <= FLAG", []int{0, 5, nobody}},
		{"a waiting writer lets readers in", "\t\t:: count[vma] >= FLAG -> got = GIVE_UP\n", "", []int{4, 5, nobody}},
		{"a detached VMA can be read-locked", "\t\t:: count[vma] == 0 -> got = AGAIN\n", "", []int{0, 9, nobody}},
		{"who detaches does not wait for readers", ":: left != 0 -> exclude(0); admit()", ":: left != 0 -> skip", []int{1, 12, nobody}},
		{"a writer does not wait for readers", ":: else -> exclude(1); vseq[vma] = mmseq[my]; admit()", ":: else -> vseq[vma] = mmseq[my]", []int{0, 5, nobody}},
		{"a downgrade keeps VMAs locked", "op == DOWNGRADE -> mmseq[my]++ };", "op == DOWNGRADE };", []int{0, 6, nobody}},
	}
	return w
}

// TestVMARefcountHistories compares the VMA lock of the model headers from 6.15 on,
// over the native counter: the same attempts may fail, and the same values be read.
func TestVMARefcountHistories(t *testing.T) { vmaRefcountTwin().compareSome(t) }

func TestVMARefcountMutants(t *testing.T) { vmaRefcountTwin().differ(t) }

// vmaRefcountC is each operation in C.
var vmaRefcountC = map[string]string{
	"other":      "my = other; n = 1;",
	"write_lock": "mmap_write_lock(my);", "write_unlock": "mmap_write_unlock(my);", "downgrade": "mmap_write_downgrade(my);",
	"read_lock": "mmap_read_lock(my);", "read_unlock": "mmap_read_unlock(my);",
	"start_read":  "rcu_read_lock(); vma = tree[n]; got = start_read(my, vma); rcu_read_unlock(); SAY(got); if (got == HELD) {",
	"read_locked": "mmap_read_lock(my); vma = tree[n]; got = read_locked(vma); mmap_read_unlock(my); SAY(got); if (got == HELD) {",
	"end_read":    "vma_end_read(vma); }",
	"read":        "SAY(4 + (int)vma->vm_pgoff);", "write": "ATOMIC { vma->vm_pgoff++; }",
	"find": "vma = tree[n];", "start_write": "vma_start_write(vma);",
	"remove": "tree[n] = NULL;", "insert": "tree[n] = vma;",
	"attach": "vma_mark_attached(vma);", "detach": "vma_mark_detached(vma);",
	"alloc": "vma = vm_area_alloc(my); vma->vm_pgoff = 8;", "free": "vm_area_free(vma);", "drop": "mmdrop(my);",
}

const vmaRefcountHead = `
#define MM_TASK_PAGES 1
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <mmcheck.h>
static struct mm_struct mm;
static struct mm_struct *other;
static struct vm_area_struct *tree[2];
INIT
{
	mm_init(&mm);
	other = mm_alloc();
	tree[0] = vm_area_alloc(&mm);
	refcount_set(&tree[0]->vm_refcnt, 1);
}
enum { GIVE_UP, HELD, AGAIN, NONE };
static int __maybe_unused start_read(struct mm_struct *mm, struct vm_area_struct *vma)
{
	if (!vma)
		return NONE;
	vma = vma_start_read(mm, vma);
	if (!vma)
		return GIVE_UP;
	return IS_ERR(vma) ? AGAIN : HELD;
}
static int __maybe_unused read_locked(struct vm_area_struct *vma)
{
	if (!vma)
		return NONE;
	return vma_start_read_locked(vma) ? HELD : GIVE_UP;
}
#define LOCALS	struct mm_struct *my __maybe_unused = &mm; struct vm_area_struct *vma __maybe_unused; int n __maybe_unused = 0, got __maybe_unused
`
