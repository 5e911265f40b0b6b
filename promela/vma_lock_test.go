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

	"mmcheck/cfront"
	"mmcheck/model"
	"mmcheck/specs"
)

// The codes of operations in testdata/vma_lock.pml; index 0 ends a script.
var vmaLockOps = []string{"", "write_lock", "write_unlock", "downgrade", "read_lock", "read_unlock", "start_read", "end_read", "read", "start_write", "write", "read_locked"}

const vmaLockScriptLen = 10

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

// vmaLockCombos are the sets of clients: a reader, a writer, or two writers.
func vmaLockCombos() [][]int {
	var out [][]int
	for w := vmaLockReaders; w < len(vmaLockScripts); w++ {
		for r := range vmaLockReaders {
			out = append(out, []int{r, w, rwsemNobody})
		}
	}
	return append(out, []int{0, 4, 5}, []int{0, 0, 4})
}

// TestVMALockHistories compares the VMA lock of the model headers, over the
// native rwsem, with a model that was written by hand: for every set of clients
// the same attempts may fail, and the same values be read.
func TestVMALockHistories(t *testing.T) {
	needSpin(t)
	combos := vmaLockCombos()
	spin := vmaLockBySpin(t, combos)
	hang := 0
	for i, combo := range combos {
		native := vmaLockNative(t, combo)
		if len(native) == 0 || !slices.Equal(native, spin[i]) {
			t.Errorf("clients %v: possible outcomes differ\nnative only: %v\nSPIN only: %v", combo, without(native, spin[i]), without(spin[i], native))
		}
		if slices.ContainsFunc(native, func(s string) bool { return !strings.HasPrefix(s, "3 ") }) {
			hang++
		}
	}
	if hang == 0 || hang == len(combos) {
		t.Errorf("of %d sets of clients, %d can hang", len(combos), hang)
	}
	t.Logf("%d sets of clients, %d of them can hang", len(combos), hang)
}

// vmaLockBySpin returns the outcomes of each combination by the hand-written
// model, sorted.
func vmaLockBySpin(t *testing.T, combos [][]int) [][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/vma_lock.pml")
	if err != nil {
		t.Fatal(err)
	}
	var scripts, flat []int
	for _, s := range vmaLockScripts {
		codes := make([]int, vmaLockScriptLen)
		for i, op := range strings.Fields(s) {
			codes[i] = slices.Index(vmaLockOps, op)
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

// vmaLockC is each operation in C; %d is the client.
var vmaLockC = map[string]string{
	"write_lock": "mmap_write_lock(&mm);", "write_unlock": "mmap_write_unlock(&mm);", "downgrade": "mmap_write_downgrade(&mm);",
	"read_lock": "mmap_read_lock(&mm);", "read_unlock": "mmap_read_unlock(&mm);", "read_locked": "vma_start_read_locked(&vma);",
	"start_read": "ok = vma_start_read(&vma); SAY(%d, ok); if (ok) {", "end_read": "vma_end_read(&vma); }",
	"read": "SAY(%d, 2 + val);", "start_write": "vma_start_write(&vma);", "write": "ATOMIC { val++; }",
}

const vmaLockHead = `#include <linux/mm_types.h>
#include <linux/mmap_lock.h>
#include <mmcheck.h>
static struct mm_struct mm;
static struct vm_area_struct vma;
static int val, nlog, log[20];
#define SAY(me, x)	ATOMIC { log[nlog] = 64 * (me) + (x); nlog++; }
INIT
{
	mmap_init_lock(&mm);
	vma.vm_mm = &mm;
	vma_lock_init(&vma);
}
`

// vmaLockNative returns the same from a spec of the clients.
func vmaLockNative(t *testing.T, combo []int) []string {
	t.Helper()
	var src strings.Builder
	src.WriteString(vmaLockHead)
	for me, n := range combo {
		fmt.Fprintf(&src, "THREAD(client%d, &mm)\n{\n\tbool ok __maybe_unused;\n", me)
		open := false
		for _, op := range vmaLockScript(n) {
			text := vmaLockC[op]
			if strings.Contains(text, "%d") {
				text = fmt.Sprintf(text, me)
			}
			if op == "start_read" {
				open = true
			}
			if op == "end_read" && !open {
				text = strings.TrimSuffix(text, " }")
			}
			if op == "end_read" {
				open = false
			}
			fmt.Fprintf(&src, "\t%s\n", text)
		}
		src.WriteString("}\n")
	}
	p, _, diags := cfront.Compile(cfront.Config{FS: specs.Include, Kernel: "6.12"}, "vma_lock.c", []byte(src.String()))
	if p == nil {
		t.Fatalf("%v\n%s", diags, src.String())
	}
	if err := p.Seal(model.SealOptions{Keep: func(*model.Check) bool { return false }}); err != nil {
		t.Fatal(err)
	}
	return outcomes(p, p.Threads, find(p, "log"), find(p, "nlog"))
}

func vmaLockScript(n int) []string {
	if n == rwsemNobody {
		return nil
	}
	return strings.Fields(vmaLockScripts[n])
}
