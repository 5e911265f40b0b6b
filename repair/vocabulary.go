// SPDX-License-Identifier: MIT

// This file knows the kernel's words for locks and references: which call takes back
// what another one did.

package repair

import "regexp"

// family is the calls of one kind of lock. Lock and Unlock are those for writing, or
// of a lock with one mode.
type family struct {
	Lock, Unlock     string
	Read, ReadUnlock string // "": it has one mode
	Downgrade        string
	Also             []string // other ways of asking for it, for writing
	AlsoRead         []string
	Address          bool // arguments are addresses of locks
}

// families lists them.
var families = []*family{
	{Lock: "mmap_write_lock", Unlock: "mmap_write_unlock", Read: "mmap_read_lock", ReadUnlock: "mmap_read_unlock", Downgrade: "mmap_write_downgrade",
		Also: []string{"mmap_write_lock_killable", "mmap_write_trylock"}, AlsoRead: []string{"mmap_read_lock_killable", "mmap_read_trylock"}},
	{Lock: "down_write", Unlock: "up_write", Read: "down_read", ReadUnlock: "up_read", Downgrade: "downgrade_write", Address: true,
		Also: []string{"down_write_killable", "down_write_trylock", "down_write_nested"}, AlsoRead: []string{"down_read_killable", "down_read_trylock", "down_read_nested"}},
	{Lock: "i_mmap_lock_write", Unlock: "i_mmap_unlock_write", Read: "i_mmap_lock_read", ReadUnlock: "i_mmap_unlock_read",
		Also: []string{"i_mmap_trylock_write"}, AlsoRead: []string{"i_mmap_trylock_read"}},
	{Lock: "anon_vma_lock_write", Unlock: "anon_vma_unlock_write", Read: "anon_vma_lock_read", ReadUnlock: "anon_vma_unlock_read",
		Also: []string{"anon_vma_trylock_write"}, AlsoRead: []string{"anon_vma_trylock_read"}},
	{Lock: "write_lock", Unlock: "write_unlock", Read: "read_lock", ReadUnlock: "read_unlock", Address: true},
	{Lock: "filemap_invalidate_lock", Unlock: "filemap_invalidate_unlock", Read: "filemap_invalidate_lock_shared", ReadUnlock: "filemap_invalidate_unlock_shared"},
	{Lock: "inode_lock", Unlock: "inode_unlock", Read: "inode_lock_shared", ReadUnlock: "inode_unlock_shared"},
	{Lock: "mutex_lock", Unlock: "mutex_unlock", Also: []string{"mutex_lock_killable", "mutex_lock_interruptible", "mutex_trylock", "mutex_lock_nested"}, Address: true},
	{Lock: "spin_lock", Unlock: "spin_unlock", Also: []string{"spin_trylock", "spin_lock_nested"}, Address: true},
	{Lock: "spin_lock_irq", Unlock: "spin_unlock_irq", Address: true},
	{Lock: "spin_lock_bh", Unlock: "spin_unlock_bh", Address: true},
	{Lock: "raw_spin_lock", Unlock: "raw_spin_unlock", Address: true},
	{Lock: "folio_lock", Unlock: "folio_unlock", Also: []string{"folio_trylock"}},
	{Lock: "task_lock", Unlock: "task_unlock"},
	{Lock: "rcu_read_lock", Unlock: "rcu_read_unlock"},
	{Lock: "preempt_disable", Unlock: "preempt_enable"},
	{Lock: "vma_start_write", Unlock: ""},
	{Lock: "", Unlock: "", Read: "vma_start_read", ReadUnlock: "vma_end_read", AlsoRead: []string{"lock_vma_under_rcu"}},
}

// effect is what a call does to a lock.
type effect uint8

const (
	locks effect = iota
	unlocks
	downgrades
)

// lockOp is a call that locks, unlocks or downgrades.
type lockOp struct {
	family *family
	effect effect
	read   bool
	plain  bool // it always succeeds: its value says nothing
	lock   string
}

var lockOps = func() map[string]lockOp {
	ops := map[string]lockOp{}
	put := func(name string, op lockOp) {
		if name != "" {
			ops[name] = op
		}
	}
	for _, f := range families {
		put(f.Lock, lockOp{family: f, effect: locks, plain: true})
		put(f.Unlock, lockOp{family: f, effect: unlocks, plain: true})
		put(f.Read, lockOp{family: f, effect: locks, read: true, plain: f.Read != "vma_start_read"})
		put(f.ReadUnlock, lockOp{family: f, effect: unlocks, read: true, plain: true})
		put(f.Downgrade, lockOp{family: f, effect: downgrades, plain: true})
		for _, n := range f.Also {
			put(n, lockOp{family: f, effect: locks})
		}
		for _, n := range f.AlsoRead {
			put(n, lockOp{family: f, effect: locks, read: true})
		}
	}
	return ops
}()

// lockOpOf is what a call does to a lock, and whether it does anything.
func lockOpOf(c *Call) (lockOp, bool) {
	if c == nil {
		return lockOp{}, false
	}
	op, ok := lockOps[c.Name]
	op.lock = c.arg(0)
	return op, ok
}

// reference is a way of keeping an object alive, by the type of pointers to it.
type reference struct {
	Type, Get, Put string
}

// references lists them.
var references = []reference{
	{"struct file *", "get_file", "fput"},
	{"struct mm_struct *", "mmget", "mmput"},
	{"struct mm_struct *", "mmgrab", "mmdrop"},
	{"struct anon_vma *", "get_anon_vma", "put_anon_vma"},
	{"struct folio *", "folio_get", "folio_put"},
	{"struct page *", "get_page", "put_page"},
	{"struct task_struct *", "get_task_struct", "put_task_struct"},
	{"struct inode *", "ihold", "iput"},
}

// giveBack are calls behind which an object may be gone: they may be too early.
var giveBack = func() map[string]bool {
	set := map[string]bool{"kfree": true, "kfree_rcu": true, "vm_area_free": true, "kmem_cache_free": true, "refcount_dec": true, "complete": true}
	for _, r := range references {
		set[r.Put] = true
	}
	return set
}()

// lookups are calls that find a VMA by mm and address.
var lookups = map[string]bool{
	"find_vma": true, "vma_lookup": true, "find_vma_intersection": true, "find_exact_vma": true, "find_extend_vma": true, "lock_vma_under_rcu": true,
}

// givesBack is how functions are called that do the like, such as item_put().
var givesBack = regexp.MustCompile(`(^|_)(put|free|release|unlock|drop)(_|$)`)
