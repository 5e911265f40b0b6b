// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"math"
	"testing"
	"testing/fstest"
)

// tree makes a root directory of a few files.
func tree(files map[string]string) fstest.MapFS {
	root := fstest.MapFS{}
	for name, text := range files {
		root[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return root
}

func TestAvailableMemory(t *testing.T) {
	const meminfo = "MemTotal:       16384 kB\nMemFree:         1000 kB\nMemAvailable:    8192 kB\n"
	for name, c := range map[string]struct {
		files map[string]string
		want  int64
	}{
		"nothing known": {nil, math.MaxInt64},
		"the machine":   {map[string]string{"proc/meminfo": meminfo}, 8 << 20},
		"v2, no limit": {map[string]string{
			"proc/meminfo": meminfo, "proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/memory.max": "max\n",
		}, 8 << 20},
		"v2": {map[string]string{
			"proc/meminfo": meminfo, "proc/self/cgroup": "0::/a/b\n",
			"sys/fs/cgroup/a/b/memory.max": "max\n", "sys/fs/cgroup/a/b/memory.current": "100\n",
			"sys/fs/cgroup/a/memory.max": "5000000\n", "sys/fs/cgroup/a/memory.current": "1000000\n",
			"sys/fs/cgroup/a/memory.stat": "anon 300000\ninactive_file 200000\nactive_file 100000\n",
		}, 5000000 - 1000000 + 300000},
		"v2, the lower group is tighter": {map[string]string{
			"proc/meminfo": meminfo, "proc/self/cgroup": "0::/a/b\n",
			"sys/fs/cgroup/a/b/memory.max": "4000\n", "sys/fs/cgroup/a/memory.max": "5000\n",
		}, 4000},
		"v2, more used than allowed": {map[string]string{
			"proc/self/cgroup":         "0::/\n",
			"sys/fs/cgroup/memory.max": "4000\n", "sys/fs/cgroup/memory.current": "4100\n",
		}, 0},
		"v2 in a container": {map[string]string{
			"proc/meminfo": meminfo, "proc/self/cgroup": "0::/system.slice/box-1234.scope\n",
			"sys/fs/cgroup/memory.max": "7000000\n", "sys/fs/cgroup/memory.current": "1000000\n",
		}, 6000000},
		"v1": {map[string]string{
			"proc/meminfo":     meminfo,
			"proc/self/cgroup": "5:devices:/\n4:cpu,memory:/u/s\n1:name=systemd:/\n0::/\n",
			"sys/fs/cgroup/memory/u/s/memory.limit_in_bytes": "9223372036854771712\n",
			"sys/fs/cgroup/memory/u/s/memory.usage_in_bytes": "4096\n",
			"sys/fs/cgroup/memory/u/memory.limit_in_bytes":   "3000000\n",
			"sys/fs/cgroup/memory/u/memory.usage_in_bytes":   "2000000\n",
			"sys/fs/cgroup/memory/u/memory.stat":             "inactive_file 1\ntotal_inactive_file 400000\ntotal_active_file 100000\n",
		}, 1500000},
		"nonsense": {map[string]string{
			"proc/meminfo": "MemAvailable: many\n", "proc/self/cgroup": "0:\n\nx\n0::../../..\n", "sys/fs/cgroup/memory.max": "-\n",
		}, math.MaxInt64},
	} {
		if got := availableMemory(tree(c.files)); got != c.want {
			t.Errorf("%s: got %d, want %d", name, got, c.want)
		}
	}
}

func TestAddressSpace(t *testing.T) {
	const limits = "Limit                     Soft Limit           Hard Limit           Units     \nMax address space         %s            unlimited            bytes     \n"
	for soft, want := range map[string]int64{"unlimited": math.MaxInt64, "4096000": 4096000 - 1000<<10, "1": 0} {
		got := addressSpace(tree(map[string]string{"proc/self/limits": fmt.Sprintf(limits, soft), "proc/self/status": "VmSize:\t    1000 kB\n"}))
		if got != want {
			t.Errorf("%s: got %d, want %d", soft, got, want)
		}
	}
}

// Without a flag the limit is a share of the machine, and of that when several
// searches run at once; a flag is taken as it is.
func TestMemoryLimit(t *testing.T) {
	one := (&search{}).memory()
	if one == 0 {
		t.Skip("this system does not tell what it has")
	}
	if four := (&search{atOnce: 4}).memory(); four > one/2 {
		t.Errorf("one of four searches gets %d, a single one %d", four, one)
	}
	if got := (&search{maxMemory: 12345, atOnce: 4}).memory(); got != 12345 {
		t.Errorf("got %d", got)
	}
}
