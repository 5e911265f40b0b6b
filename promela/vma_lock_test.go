// SPDX-License-Identifier: MIT

package promela

import (
	"testing"
)

// vmaLockScripts are what one client may do. A failed start_read goes on behind
// the next end_read.
var vmaLockScripts = []string{
	"start_read read read end_read",
	"start_read read end_read start_read read end_read",
	"read_lock read_locked read_unlock read end_read",
	"start_read read_lock read_unlock end_read",
	"write_lock start_write write write_unlock",
	"write_lock start_write write downgrade read read_unlock",
	"write_lock start_write write start_write write write_unlock",
	"write_lock start_write write_unlock write_lock start_write write write_unlock",
	"write_lock write write_unlock",
}

const vmaLockReaders = 4

// vmaLockSets are a reader and a writer, or two of a kind and one more.
func vmaLockSets() [][]int {
	var out [][]int
	for w := vmaLockReaders; w < len(vmaLockScripts); w++ {
		for r := range vmaLockReaders {
			out = append(out, []int{r, w, nobody})
		}
	}
	return append(out, []int{0, 4, 5}, []int{0, 0, 4})
}

func vmaLockTwin() *twin {
	w := &twin{model: "vma_lock", clients: 3, events: 20, scripts: vmaLockScripts, sets: vmaLockSets(),
		ops: []string{"write_lock", "write_unlock", "downgrade", "read_lock", "read_unlock", "start_read", "end_read", "read", "start_write", "write", "read_locked"},
	}
	w.native = func(t *testing.T, set []int) []string {
		return clientsInC(t, w, set, "6.12", vmaLockHead, vmaLockC)
	}
	w.mutants = []twinMutant{
		{"no second look at the numbers", "\t\t\tok = (seen != mmseq);\n", "\t\t\tok = 1;\n", []int{0, 4, nobody}},
		{"a writer does not wait for readers", "vwriter || vreaders == 0 ->", "true ->", []int{0, 4, nobody}},
		{"a downgrade keeps VMAs locked", "op == DOWNGRADE -> mmseq++ };", "op == DOWNGRADE };", []int{0, 5, nobody}},
		{"mmap_lock is released before the number goes up", "op == WRITE_UNLOCK -> mmseq++ }; writer = 0", "op == WRITE_UNLOCK -> writer = 0 }; mmseq++", []int{0, 4, 5}},
	}
	return w
}

// TestVMALockHistories compares the VMA lock of 6.4 to 6.14 in the model headers,
// over the native rwsem: the same attempts may fail, and the same values be read.
func TestVMALockHistories(t *testing.T) { vmaLockTwin().compareSome(t) }

func TestVMALockMutants(t *testing.T) { vmaLockTwin().differ(t) }

// vmaLockC is each operation in C.
var vmaLockC = map[string]string{
	"write_lock": "mmap_write_lock(&mm);", "write_unlock": "mmap_write_unlock(&mm);", "downgrade": "mmap_write_downgrade(&mm);",
	"read_lock": "mmap_read_lock(&mm);", "read_unlock": "mmap_read_unlock(&mm);",
	"start_read": "ok = vma_start_read(&vma); SAY(ok); if (ok) {", "read_locked": "vma_start_read_locked(&vma); {", "end_read": "vma_end_read(&vma); }",
	"read": "SAY(2 + val);", "start_write": "vma_start_write(&vma);", "write": "ATOMIC { val++; }",
}

const vmaLockHead = `
#include <linux/mm_types.h>
#include <linux/mmap_lock.h>
#include <mmcheck.h>
static struct mm_struct mm;
static struct vm_area_struct vma;
static int val;
INIT
{
	mmap_init_lock(&mm);
	vma.vm_mm = &mm;
	vma_lock_init(&vma);
}
#define LOCALS	bool ok __maybe_unused
`
