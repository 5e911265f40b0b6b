// SPDX-License-Identifier: MIT

// This file finds out how much memory a search may use when nobody says so: a
// share of what the machine has left, and of what the control groups that
// mmcheck runs in leave it. Whoever takes more is ended by the kernel's OOM
// killer, without a verdict.

package main

import (
	"io/fs"
	"math"
	"os"
	"path"
	"strconv"
	"strings"
)

// memoryShare is the part of the available memory, in percent, that a search
// takes unless --max-memory says otherwise. The rest is for the program's own
// heap, and for what the machine does besides.
const memoryShare = 80

// defaultMemory is the limit where no flag gives one; 0, no limit, where the
// system does not tell what it has.
func defaultMemory() int64 {
	n := min(availableMemory(os.DirFS("/")), addressSpace(os.DirFS("/")))
	if n == math.MaxInt64 {
		return 0
	}
	return max(n/100*memoryShare, 1)
}

// availableMemory is what may still be allocated: by the machine, and by each
// control group from ours up to the root. The tree is that of a root directory.
func availableMemory(root fs.FS) int64 {
	avail := int64(math.MaxInt64)
	if n, ok := tableEntry(readText(root, "proc/meminfo"), "MemAvailable:"); ok {
		avail = n << 10 // given in kB
	}
	for line := range strings.Lines(readText(root, "proc/self/cgroup")) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 {
			continue
		}
		switch {
		case parts[0] == "0" && parts[1] == "":
			avail = min(avail, groupRoom(root, "sys/fs/cgroup", parts[2], &cgroup2))
		case hasWord(parts[1], "memory"):
			avail = min(avail, groupRoom(root, "sys/fs/cgroup/memory", parts[2], &cgroup1))
		}
	}
	return avail
}

// addressSpace is what "ulimit -v" leaves.
func addressSpace(root fs.FS) int64 {
	for line := range strings.Lines(readText(root, "proc/self/limits")) {
		rest, ok := strings.CutPrefix(line, "Max address space")
		if !ok {
			continue
		}
		limit, err := strconv.ParseInt(strings.Fields(rest + " ?")[0], 10, 64)
		if err != nil { // "unlimited"
			break
		}
		used, _ := tableEntry(readText(root, "proc/self/status"), "VmSize:")
		return max(limit-used<<10, 0)
	}
	return math.MaxInt64
}

func hasWord(list, word string) bool {
	return strings.Contains(","+list+",", ","+word+",")
}

// cgroupFiles names the files of the two versions of control groups, and the
// page cache in their statistics, which the kernel gives up on demand.
type cgroupFiles struct {
	limit, usage string
	cache        []string
}

var (
	cgroup1 = cgroupFiles{"memory.limit_in_bytes", "memory.usage_in_bytes", []string{"total_inactive_file", "total_active_file"}}
	cgroup2 = cgroupFiles{"memory.max", "memory.current", []string{"inactive_file", "active_file"}}
)

// groupRoom is what the tightest group on the way up from group leaves. In a
// container the group's path is that of the host, whose upper part is not
// mounted: groups that do not show are passed over, and the mount itself is the
// container's own group.
func groupRoom(root fs.FS, mount, group string, f *cgroupFiles) int64 {
	room := int64(math.MaxInt64)
	for dir := path.Clean("/" + group); ; dir = path.Dir(dir) {
		room = min(room, f.room(root, path.Join(mount, dir)))
		if dir == "/" {
			return room
		}
	}
}

// noLimit is less than what version 1 shows where there is none: as many bytes as
// whole pages can have. What such a group uses takes a while to ask for.
const noLimit = 1 << 62

// room is what one group leaves: its limit less what is in use and not cache.
func (f *cgroupFiles) room(root fs.FS, dir string) int64 {
	limit, err := strconv.ParseInt(strings.TrimSpace(readText(root, path.Join(dir, f.limit))), 10, 64)
	if err != nil || limit >= noLimit { // "max", or no such file
		return math.MaxInt64
	}
	used, _ := strconv.ParseInt(strings.TrimSpace(readText(root, path.Join(dir, f.usage))), 10, 64)
	stat := readText(root, path.Join(dir, "memory.stat"))
	for _, name := range f.cache {
		n, _ := tableEntry(stat, name)
		used -= n
	}
	return max(limit-max(used, 0), 0)
}

// tableEntry finds the number behind a name that starts a line.
func tableEntry(text, name string) (int64, bool) {
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 1 && words[0] == name {
			n, err := strconv.ParseInt(words[1], 10, 64)
			return n, err == nil
		}
	}
	return 0, false
}

// readText is the text of a file, "" if there is none.
func readText(root fs.FS, name string) string {
	text, _ := fs.ReadFile(root, name)
	return string(text)
}
