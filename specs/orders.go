// SPDX-License-Identifier: MIT

// This file is the table of orders: how the kernel orders memory accesses where the
// headers have an operation of that name. The search is sequentially consistent, so
// nothing depends on it but what a verdict says that it took for granted.

package specs

// Order is the order of an operation, as of some kernel on.
type Order struct {
	Op, Kernel string // what the kernel does; where it says so, with the version that was read
	Source     string
	// Mark is what the header says, by __mmcheck_order() in the operation, or in what
	// it is made of; "" for native operations, of locks and others that are as strong
	// here as anything can be.
	Mark string
}

// Orders lists them, those of one file together.
var Orders = []Order{
	{"smp_mb", "full", "asm-generic/barrier.h", "full"},
	{"smp_rmb", "read fence", "asm-generic/barrier.h", "read fence"},
	{"smp_wmb", "write fence", "asm-generic/barrier.h", "write fence"},
	{"smp_mb__before_atomic", "full", "asm-generic/barrier.h", "full"},
	{"smp_mb__after_atomic", "full", "asm-generic/barrier.h", "full"},
	{"smp_mb__after_spinlock", "full", "linux/spinlock.h", "full"},
	{"smp_mb__after_unlock_lock", "full", "linux/rcupdate.h", "full"},
	{"smp_load_acquire", "acquire", "asm-generic/barrier.h", "acquire"},
	{"smp_store_release", "release", "asm-generic/barrier.h", "release"},
	{"smp_store_mb", "store, then full", "asm-generic/barrier.h", "full"},

	{"atomic_read_acquire", "acquire", "Documentation/atomic_t.txt", "acquire"},
	{"atomic_set_release", "release", "Documentation/atomic_t.txt", "release"},
	{"atomic_inc_return", "full", "Documentation/atomic_t.txt: returns a value", ""},
	{"atomic_dec_and_test", "full", "Documentation/atomic_t.txt: returns a value", ""},
	{"atomic_cmpxchg", "full, none where it fails", "Documentation/atomic_t.txt", ""},
	{"atomic_inc", "relaxed", "Documentation/atomic_t.txt: returns nothing", ""},

	{"refcount_set", "relaxed", "linux/refcount.h, 6.18", ""},
	{"refcount_inc", "relaxed", "linux/refcount.h, 6.18", ""},
	{"refcount_inc_not_zero", "relaxed, and control on success", "linux/refcount.h, 6.18", ""},
	{"refcount_dec", "release", "linux/refcount.h, 6.18", ""},
	{"refcount_dec_and_test", "release, and acquire where it was the last", "linux/refcount.h, 6.18", ""},
	{"__refcount_dec_and_test", "release, and acquire where it was the last", "linux/refcount.h, 6.18", "release"},
	{"refcount_set_release", "release", "linux/refcount.h, 6.18; came with 6.15", "release"},
	{"refcount_inc_not_zero_acquire", "acquire on success", "linux/refcount.h, 6.18; came with 6.15", "acquire"},
	{"__refcount_inc_not_zero_limited_acquire", "acquire on success", "linux/refcount.h, 6.18; came with 6.15", "acquire"},

	{"rcu_assign_pointer", "release; relaxed for a constant NULL", "linux/rcupdate.h", "release"},
	{"rcu_dereference", "address dependency", "linux/rcupdate.h", "dependency"},
	{"rcu_dereference_check", "address dependency", "linux/rcupdate.h", "dependency"},
	{"synchronize_rcu", "full on all CPUs", "Documentation/RCU/Design/Memory-Ordering", ""},

	{"read_seqcount_begin", "acquire", "linux/seqlock.h, 6.12, 6.14, 6.18; a read fence before", ""},
	{"read_seqcount_retry", "read fence before it", "linux/seqlock.h, 6.12, 6.14, 6.18", ""},
	{"write_seqcount_begin", "write fence behind it", "linux/seqlock.h, 6.12, 6.14, 6.18", ""},
	{"write_seqcount_end", "write fence before it", "linux/seqlock.h, 6.12, 6.14, 6.18", ""},

	{"rcuwait_wake_up", "full before it looks", "kernel/exit.c, 6.18", "full"},
	{"prepare_to_rcuwait", "release", "linux/rcuwait.h, 6.18", "release"},
	{"set_current_state", "store, then full", "linux/sched.h", ""},
	{"wake_up_process", "full before it looks at the state", "kernel/sched/core.c, 6.18", ""},

	{"vma_end_write_all", "relaxed (6.4.0)", "linux/mmap_lock.h, 6.4", "relaxed"},
	{"vma_end_write_all", "release (6.5 to 6.12)", "linux/mmap_lock.h, 6.12", "release"},
	{"vma_end_write_all", "write fence before it (6.13 on)", "linux/mmap_lock.h, 6.18: a seqcount", "write fence"},
	{"mm_lock_seqcount_begin", "write fence behind it (6.13 on)", "linux/mmap_lock.h, 6.18", "write fence"},
	{"mm_lock_seq_acquire", "relaxed (6.4.0)", "vma_start_read() in linux/mm.h, 6.4", ""},
	{"mm_lock_seq_acquire", "acquire (6.5 on)", "vma_start_read() in linux/mm.h, 6.12, and mm/mmap_lock.c, 6.18", "acquire"},
	{"mmap_lock_speculate_try_begin", "acquire (6.13 on)", "linux/mmap_lock.h, 6.18: raw_seqcount_try_begin()", "acquire"},
	{"mmap_lock_speculate_retry", "read fence before it (6.13 on)", "linux/mmap_lock.h, 6.18: read_seqcount_retry()", "read fence"},

	{"spin_lock", "acquire", "Documentation/memory-barriers.txt", ""},
	{"spin_unlock", "release", "Documentation/memory-barriers.txt", ""},
	{"down_read", "acquire", "Documentation/memory-barriers.txt", ""},
	{"up_read", "release", "Documentation/memory-barriers.txt", ""},
	{"down_write", "acquire", "Documentation/memory-barriers.txt", ""},
	{"up_write", "release", "Documentation/memory-barriers.txt", ""},
	{"downgrade_write", "release", "kernel/locking/rwsem.c", ""},
}
