// SPDX-License-Identifier: MIT

// This file is the table of kernels: the eras that can be asked about, and when
// what they do differently came. <linux/features.h>, which turns a version into
// flags, is written from it (go test ./specs -update).

package specs

import (
	"cmp"
	"fmt"
	"strings"
)

// Era is a kernel whose locking differs much from that of the one before. A version
// between two eras behaves as the older one, but for the features that came with it.
type Era struct{ Version, What string }

// Eras lists them, the oldest first. The oldest stands in for all before it, but for
// the features that are dated before.
var Eras = []Era{
	{"5.12", "mmap_lock alone protects VMAs"},
	{"6.1", "the VMAs live in a maple tree"},
	{"6.4", "per-VMA locks (a rw_semaphore in each VMA), for anonymous faults"},
	{"6.6", "per-VMA locks for all faults; stacks grow under the write lock"},
	{"6.12", "per-VMA locks, the default"},
	{"6.15", "reference-counted VMA locks, VMAs reused at once"},
}

// DefaultKernel is the version of specs that name none.
const DefaultKernel = "6.12"

// Feature is something that some kernels do and others do not, as a macro of
// <linux/features.h> that is 1 or 0.
type Feature struct {
	Flag string
	Ask  string // a question, and what was before
	// The kernels from Since on have it, and with Before those before that version.
	Since, Before string
}

// Features lists them in the order of the header.
var Features = []Feature{
	{"VMA_MAPLE_TREE", `Are the VMAs of a process in a maple tree (6.1 and later)? It has nodes and
ranges of its own. Before, the VMAs were the nodes of an rbtree.`, "6.1", ""},
	{"VMA_LOCK_REFCOUNT", `Is the lock of a VMA a counter, vm_refcnt, and its memory used again at once
(6.15 and later)? Before, it was a rw_semaphore, and RCU freed a VMA.`, "6.15", ""},
	{"VMA_LOCK_ALL_FAULTS", `Does a page fault with the lock of its VMA serve more than anonymous memory
that has been written before (6.6 and later)?`, "6.6", ""},
	{"MUNMAP_DOWNGRADE", `Does munmap() downgrade mmap_lock once the VMAs are out of the tree (4.20 and
later)?`, "4.20", ""},
	{"MUNMAP_DOWNGRADE_NEXT_TO_STACK", `And may it next to a stack that can grow? Not while a stack grows with
mmap_lock held for reading only (5.8 .. 6.4); nobody had thought of that before
5.8.`, "6.5", "5.8"},
	{"STACK_EXPAND_WRITE_LOCK", `Does a stack grow with mmap_lock held for writing (6.5 and later)? Before, a
page fault let it grow under the read lock that it had.`, "6.5", ""},
	{"PROC_MAPS_VMA_LOCK", `Does /proc/PID/maps lock one VMA after the other (6.17 and later)? Before, it
held mmap_lock.`, "6.17", ""},
	{"MADVISE_VMA_LOCK", `Does MADV_DONTNEED of one VMA lock that VMA alone (6.17 and later)? Before, it
held mmap_lock for reading.`, "6.17", ""},
	{"EXIT_MMAP_READ_LOCK", `Does exit_mmap() empty the page tables with mmap_lock held for reading, and
free the VMAs with it held for writing (6.0 and later)? Before, it took no
lock for either.`, "6.0", ""},
	{"UNMAP_LIMITS_EARLY", `Does munmap look for its neighbours, between which it frees page tables, while
mmap_lock is held for writing (6.12 and later)? Before, it did when it came to
that.`, "6.12", ""},
	{"MMAP_FIXED_OVERWRITE", `Does mmap(MAP_FIXED) put the new VMA in the place of the old ones in one step
(6.12 and later)? Before, it unmapped first, which left a hole for those who
look for a VMA without mmap_lock.`, "6.12", ""},
	{"UFFD_VMA_LOCK", `Does the manager of a userfaultfd lock the VMA that it fills, and not
mmap_lock (6.9 and later)?`, "6.9", ""},
	{"PTE_FREE_DEFER", `Does khugepaged take page tables away without mmap_lock, and RCU free them
(6.6 and later)? Then whoever walks page tables is in a read section.`, "6.6", ""},
}

// Kernels lists the versions of the eras, for people.
func Kernels() string {
	var names []string
	for _, e := range Eras {
		names = append(names, e.Version)
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// featureHeader is <linux/features.h>.
func featureHeader() string {
	var b strings.Builder
	b.WriteString(`/* SPDX-License-Identifier: MIT */
/*
 * This file turns the kernel version into feature flags. It is written from the
 * table in eras.go. The command line sets LINUX_VERSION_CODE alone (--kernel 6.1);
 * each flag below may be given by hand instead (-D VMA_LOCK_ALL_FAULTS=0). A flag is
 * always defined, as 0 or 1: test it with #if, not with #ifdef.
 */
#ifndef _LINUX_FEATURES_H
#define _LINUX_FEATURES_H

`)
	fmt.Fprintf(&b, "#define OLDEST_KERNEL_VERSION	%s\n#define DEFAULT_KERNEL_VERSION	%s\n", versionMacro(Eras[0].Version), versionMacro(DefaultKernel))
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
	c := "LINUX_VERSION_CODE >= " + versionMacro(f.Since)
	if f.Before != "" {
		c += " || LINUX_VERSION_CODE < " + versionMacro(f.Before)
	}
	return c
}

func versionMacro(version string) string {
	major, minor, _ := strings.Cut(version, ".")
	return fmt.Sprintf("KERNEL_VERSION(%s, %s, 0)", major, minor)
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
