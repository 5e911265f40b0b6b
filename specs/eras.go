// SPDX-License-Identifier: MIT

// This file is the table of kernels: the eras that can be asked about, and when
// what they do differently came. <linux/features.h>, which turns a version into
// flags, is written from it (go test ./specs -update).

package specs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Era is a kernel that was modelled. A version between two behaves as the older one,
// but for the features that came with it.
type Era struct {
	Version string
	Also    []string // those that lock as it does
	Name    string   // another name, if it has one
	What    string
}

// Eras lists them, the oldest first. The oldest stands in for all before it, but for
// the features that are dated before.
var Eras = []Era{
	{"5.10", []string{"5.12"}, "", "mmap_lock alone protects VMAs"},
	{"5.15", nil, "", "rmap locks for page tables that move; process_mrelease()"},
	{"6.1", nil, "", "the VMAs live in a maple tree"},
	{"6.4", nil, "", "per-VMA locks (a rw_semaphore in each VMA), for anonymous faults"},
	{"6.6", nil, "", "per-VMA locks for all faults; stacks grow under the write lock"},
	{"6.12", nil, "", "per-VMA locks for userfaultfd; MAP_FIXED in one step"},
	{"6.15", nil, "", "reference-counted VMA locks, VMAs reused at once"},
	{"6.18", nil, "", "per-VMA locks for /proc/PID/maps and MADV_DONTNEED"},
	{"7.1", []string{"7.2", "7.3"}, "latest", "the newest releases"},
	{"7.4", nil, "next", "what waits to be released"},
}

// DefaultKernel is the version of specs that name none.
const DefaultKernel = "7.1"

// Feature is something that some kernels do and others do not, as a macro of
// <linux/features.h> that is 1 or 0.
type Feature struct {
	Flag string
	Ask  string // a question, and what was before
	// The kernels from Since on have it, and with Before those before that version. The
	// stable releases of some that are older have it, too: "6.12" stands for 6.12.y.
	Since, Before string
	Stable        []string
	Until         string // the kernels from there on have it no more
}

// Features lists them in the order of the header.
var Features = []Feature{
	{"VMA_MAPLE_TREE", `Are the VMAs of a process in a maple tree (6.1 and later)? It has nodes and
ranges of its own. Before, the VMAs were the nodes of an rbtree.`, "6.1", "", nil, ""},
	{"VMA_LOCK_REFCOUNT", `Is the lock of a VMA a counter, vm_refcnt, and its memory used again at once
(6.15 and later)? Before, it was a rw_semaphore, and RCU freed a VMA.`, "6.15", "", nil, ""},
	{"VMA_READ_DROPS_RCU", `Is who fails in vma_start_read() out of the read section as well (6.18 and
later)? Before, the caller was left in it.`, "6.18", "", nil, ""},
	{"VMA_WRITE_KILLABLE", `Can a fatal signal end the wait for the readers of a VMA (6.19 and later), where
vma_start_write_killable() asks for that? fork does.`, "6.19", "", nil, ""},
	{"FORK_FAIL_CLEANUP", `Does a fork that fails take the VMAs of the child away again before it gives the
locks up (7.0 and later)? Before, exit did, and others could find them.`, "7.0", "", nil, ""},
	{"VMA_LOOKUP_WAIT", `Is there a look-up of a VMA that waits for a writer to be done (7.4 and later),
lock_vma_under_rcu_wait()? Else who cannot lock a VMA takes mmap_lock, or gives up.`, "7.4", "", nil, ""},
	{"VMA_LOCK_ALL_FAULTS", `Does a page fault with the lock of its VMA serve more than anonymous memory
that has been written before (6.6 and later)?`, "6.6", "", nil, ""},
	{"MUNMAP_DOWNGRADE", `Does munmap() downgrade mmap_lock once the VMAs are out of the tree (4.20 and
later)?`, "4.20", "", nil, ""},
	{"MUNMAP_DOWNGRADE_NEXT_TO_STACK", `And may it next to a stack that can grow? Not while a stack grows with
mmap_lock held for reading only (5.8 .. 6.4); nobody had thought of that before
5.8.`, "6.5", "5.8", nil, ""},
	{"STACK_EXPAND_WRITE_LOCK", `Does a stack grow with mmap_lock held for writing (6.5 and later)? Before, a
page fault let it grow under the read lock that it had.`, "6.5", "", []string{"6.1"}, ""},
	{"MM_LOCK_SEQCOUNT", `Is mm_lock_seq odd while mmap_lock is held for writing (6.13 and later)? Before,
it was raised by unlock and downgrade alone.`, "6.13", "", []string{"6.12"}, ""},
	{"VMA_FLAGS_EXPLICIT_LOCK", `Are there functions that set flags of a VMA and do not lock it (7.1 and later)?
Those of before, vm_flags_set() and its like, still lock it.`, "7.1", "", nil, ""},
	{"SPECULATE_USERS", `Are VMAs looked at without a lock where mm_lock_seq tells whether a writer was there
(6.13 and later)? uprobes do so. Before, they held mmap_lock.`, "6.13", "", nil, ""},
	{"PROC_MAPS_VMA_LOCK", `Does /proc/PID/maps lock one VMA after the other (6.17 and later)? Before, it
held mmap_lock.`, "6.17", "", nil, ""},
	{"PROCMAP_QUERY_VMA_LOCK", `Does PROCMAP_QUERY, which asks for the VMA of an address, lock that VMA (6.18 and
later)? Before, it held mmap_lock.`, "6.18", "", nil, ""},
	{"MINCORE_VMA_LOCK", `Does mincore() lock one VMA after the other (7.4 and later)? Before, it held
mmap_lock.`, "7.4", "", nil, ""},
	{"BPF_TASK_VMA_LOCK", `Does a BPF program that iterates over the VMAs of a task lock one VMA after the other
(7.1 and later), after a look at where the next one begins that nothing keeps
still? Before, it held mmap_lock.`, "7.1", "", []string{"6.18"}, ""},
	{"MADVISE_VMA_LOCK", `Does MADV_DONTNEED of one VMA lock that VMA alone (6.17 and later)? Before, it
held mmap_lock for reading.`, "6.17", "", nil, ""},
	{"MADV_GUARD", `Can a program put guards in place of pages (MADV_GUARD_INSTALL, 6.13 and later)? It
holds mmap_lock for reading.`, "6.13", "", nil, ""},
	{"MADV_GUARD_VMA_LOCK", `And does that lock the VMA alone, if it is one (6.19 and later)?`, "6.19", "", nil, ""},
	{"MREMAP_PMD_RMAP_LOCK", `Does mremap() hold the rmap locks for writing while a whole page table moves (5.14
and later)?`, "5.14", "", nil, ""},
	{"MREMAP_PMD_RECHECK", `And does it look again, when it has all locks, whether the table is still there
(6.12 and later)?`, "6.12", "", nil, ""},
	{"MREMAP_MULTI", `Does mremap() without a change of size move several VMAs at once (6.17 and later)?`, "6.17", "", nil, ""},
	{"MPOL_FREE_RCU", `Does RCU free the policy of a VMA (7.0 and later)? Before, whoever had looked at it
under RCU alone could find it freed.`, "7.0", "", []string{"6.18"}, ""},
	{"EXIT_MMAP_READ_LOCK", `Does exit_mmap() empty the page tables with mmap_lock held for reading, and
free the VMAs with it held for writing (6.0 and later)? Before, it took no
lock for either.`, "6.0", "", nil, ""},
	{"UNMAP_LIMITS_EARLY", `Does munmap look for its neighbours, between which it frees page tables, while
mmap_lock is held for writing (6.12 and later)? Before, it did when it came to
that.`, "6.12", "", nil, ""},
	{"MMAP_FIXED_OVERWRITE", `Does mmap(MAP_FIXED) put the new VMA in the place of the old ones in one step
(6.12 and later)? Before, it unmapped first, which left a hole for those who
look for a VMA without mmap_lock.`, "6.12", "", nil, ""},
	{"MMAP_HIDE_RMAP", `Can mmap() keep walks of the reverse mapping away from a new VMA until all is mapped
there that its file wants to have mapped (6.19 and later)?`, "6.19", "", nil, ""},
	{"UFFD_VMA_LOCK", `Does the manager of a userfaultfd lock the VMA that it fills, and not
mmap_lock (6.9 and later)?`, "6.9", "", nil, ""},
	{"RMAP_WALK_LOCKED_FOLIO", `Does who walks the reverse mapping of an anonymous page hold the folio lock in any
case (6.19 and later)? Before, who looked whether a page was referenced did not.`, "6.19", "", nil, ""},
	{"UFFD_MOVE_ANON_VMA_LOCK", `Does UFFDIO_MOVE hold the lock of the anon_vma that a page leaves (6.8 .. 6.18)?
It was added for those who walk without the folio lock.`, "6.8", "", nil, "6.19"},
	{"PT_RECLAIM", `Does MADV_DONTNEED take page tables away that are empty by it (6.14 and later)? It
holds mmap_lock, or the lock of the VMA, for reading.`, "6.14", "", nil, ""},
	{"ANON_CLONE_TWO_PHASE", `Does anon_vma_clone() make the links of a VMA first, and then enter all of them in
the trees under one lock (7.0 and later)? Before, it did so one by one, and a
failure on the way left some in the trees.`, "7.0", "", nil, ""},
	{"UFFD_COPY_RETRY_STATE", `Does UFFDIO_COPY go on with what it knew of the VMA when it had to give the lock up to
copy (7.1 and later)? Before, it began anew.`, "7.1", "", nil, ""},
	{"PTE_FREE_DEFER", `Does khugepaged take page tables away without mmap_lock, and RCU free them
(6.6 and later)? Then whoever walks page tables is in a read section.`, "6.6", "", nil, ""},
}

// Kernels lists the versions of the eras, for people.
func Kernels() string {
	var names []string
	for _, e := range Eras {
		name := e.Version
		if e.Name != "" {
			name += " (" + e.Name + ")"
		}
		names = append(names, name)
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// StableKernels lists those of which it is known what their stable releases have
// beyond them.
func StableKernels() []string {
	var found []string
	for _, e := range Eras {
		if slices.ContainsFunc(Features, func(f Feature) bool { return slices.Contains(f.Stable, e.Version) }) {
			found = append(found, e.Version)
		}
	}
	return found
}

// Number is the version that a name such as "latest" stands for, else what it is given.
func Number(kernel string) string {
	for _, e := range Eras {
		if e.Name != "" && e.Name == kernel {
			return e.Version
		}
	}
	return kernel
}

// featureHeader is <linux/features.h>.
func featureHeader() string {
	var b strings.Builder
	b.WriteString(`/* SPDX-License-Identifier: MIT */
/*
 * This file turns the kernel version into feature flags. It is written from the
 * table in eras.go. The command line sets LINUX_VERSION_CODE alone (--kernel 6.1);
 * each flag below may be given by hand instead (-D VMA_LOCK_ALL_FAULTS=0). A flag is
 * always defined, as 0 or 1: test it with #if, not with #ifdef. A kernel that is not
 * among those modelled is the one before, with what is dated since. Sublevel 255 is
 * the newest stable release (--kernel 6.12.y), 0 the first release.
 */
#ifndef _LINUX_FEATURES_H
#define _LINUX_FEATURES_H

`)
	var modelled []string
	for _, e := range Eras {
		for _, v := range append([]string{e.Version}, e.Also...) {
			modelled = append(modelled, versionMacro(v, 0))
		}
	}
	fmt.Fprintf(&b, "#define MODELLED_KERNELS \\\n\t%s\n\n", strings.Join(modelled, ", \\\n\t"))
	for _, e := range Eras {
		if e.Name != "" {
			fmt.Fprintf(&b, "#define %s_KERNEL_VERSION	%s\n", strings.ToUpper(e.Name), versionMacro(e.Version, 0))
		}
	}
	fmt.Fprintf(&b, "#define DEFAULT_KERNEL_VERSION	%s\n", versionMacro(DefaultKernel, 0))
	b.WriteString(`
#ifndef LINUX_VERSION_CODE
#define LINUX_VERSION_CODE	DEFAULT_KERNEL_VERSION
#endif
`)
	for _, f := range Features {
		fmt.Fprintf(&b, "\n/*\n * %s\n */\n", strings.ReplaceAll(f.Ask, "\n", "\n * "))
		fmt.Fprintf(&b, "#ifndef %s\n#if %s\n#define %s	1\n#else\n#define %s	0\n#endif\n#endif\n", f.Flag, f.condition(), f.Flag, f.Flag)
	}
	b.WriteString("\n#endif /* _LINUX_FEATURES_H */\n")
	return b.String()
}

// condition tells of LINUX_VERSION_CODE whether it has the feature.
func (f *Feature) condition() string {
	c := "LINUX_VERSION_CODE >= " + versionMacro(f.Since, 0)
	if f.Until != "" {
		c += " && LINUX_VERSION_CODE < " + versionMacro(f.Until, 0)
	}
	if f.Before != "" {
		c += " || LINUX_VERSION_CODE < " + versionMacro(f.Before, 0)
	}
	for _, v := range f.Stable {
		c += " || LINUX_VERSION_CODE == " + versionMacro(v, 255)
	}
	return c
}

// In reports whether a kernel has the feature: a number, or one such as "6.12.y".
func (f *Feature) In(kernel string) bool {
	number, stable := strings.CutSuffix(kernel, ".y")
	return AtLeast(number, f.Since) && (f.Until == "" || !AtLeast(number, f.Until)) ||
		f.Before != "" && !AtLeast(number, f.Before) ||
		stable && slices.Contains(f.Stable, number)
}

func versionMacro(version string, sublevel int) string {
	major, minor, _ := strings.Cut(version, ".")
	return fmt.Sprintf("KERNEL_VERSION(%s, %s, %d)", major, minor, sublevel)
}

// Nearest is the version itself, or the newest that the headers know if it is newer.
func Nearest(version string) string {
	newest := Eras[len(Eras)-1].Version
	for _, f := range Features {
		if AtLeast(f.Since, newest) {
			newest = f.Since
		}
	}
	if version != "" && AtLeast(version, newest) {
		return newest
	}
	return version
}

// AtLeast reports whether a version is another one or newer; "" is the default.
func AtLeast(version, than string) bool {
	number := func(v string) (n int) {
		var major, minor int
		fmt.Sscanf(cmp.Or(v, DefaultKernel), "%d.%d", &major, &minor)
		return major<<16 + minor
	}
	return number(version) >= number(than)
}
