// SPDX-License-Identifier: MIT

// This file lists the native operations that scripts use.

package random

import (
	"maps"
	"slices"
	"strings"

	"mmcheck/model"
)

// atomics gives the same for the operations on atomic_t and its like, without their prefix.
var atomics = map[string]string{
	"inc": "- atomic_t", "dec": "- atomic_t", "add": "- n atomic_t", "sub": "- n atomic_t",
	"inc_return": "n atomic_t", "dec_return": "n atomic_t", "add_return": "n n atomic_t", "sub_return": "n n atomic_t",
	"fetch_inc": "n atomic_t", "fetch_dec": "n atomic_t", "fetch_add": "n n atomic_t",
	"inc_and_test": "n atomic_t", "dec_and_test": "n atomic_t", "sub_and_test": "n n atomic_t",
	"inc_not_zero": "n atomic_t", "add_unless": "n atomic_t n n",
	"xchg": "n atomic_t n", "cmpxchg": "n atomic_t n n",
	"fetch_sub": "n n atomic_t", "fetch_add_unless": "n atomic_t n n", "add_negative": "n n atomic_t",
	"inc_unless_negative": "n atomic_t", "dec_unless_positive": "n atomic_t", "dec_if_positive": "n atomic_t",
	"and": "- n atomic_t", "or": "- n atomic_t", "xor": "- n atomic_t", "andnot": "- n atomic_t",
	"fetch_and": "n n atomic_t", "fetch_or": "n n atomic_t", "fetch_xor": "n n atomic_t", "fetch_andnot": "n n atomic_t",
}

func init() {
	for name, sig := range atomics {
		for _, prefix := range []string{"atomic_", "atomic_long_", "atomic64_"} {
			natives[prefix+name] = sig
		}
	}
	for _, l := range spinning {
		for _, how := range []string{"", "_bh", "_irq"} {
			natives[l.lock+how], natives[l.unlock+how] = "- "+l.tag, "- "+l.tag
		}
		natives["__mmcheck_"+l.lock+"_irqsave"] = "n " + l.tag
		natives[l.unlock+"_irqrestore"] = "- " + l.tag + " n"
	}
}

// spinning lists the locks with forms that switch interrupts off.
var spinning = []struct{ tag, lock, unlock string }{
	{"spinlock", "spin_lock", "spin_unlock"},
	{"raw_spinlock", "raw_spin_lock", "raw_spin_unlock"},
	{"rwlock", "read_lock", "read_unlock"},
	{"rwlock", "write_lock", "write_unlock"},
}

// known says whether the model has an operation: scripts that have none of the
// younger cells can be drawn without them.
func known(op string) bool { return model.FindOp(op) != nil }

// withOperand lists the operations that have a certain operand, in order.
func withOperand(tag string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(natives)), func(op string) bool {
		return !known(op) || !slices.Contains(strings.Fields(natives[op])[1:], tag)
	})
}

// natives gives the result and the operands of each: the struct of a cell, or
// "vm_area_struct" or "folio" for a pointer to one, "ptr" for any pointer, "new"
// for a pointer to what is allocated, "n" for a number or an integer of the
// thread, "number" for a number, "-" for nothing.
var natives = map[string]string{
	"init_rwsem":              "- rw_semaphore",
	"down_read":               "- rw_semaphore",
	"down_read_nested":        "- rw_semaphore",
	"down_read_trylock":       "n rw_semaphore",
	"up_read":                 "- rw_semaphore",
	"down_write":              "- rw_semaphore",
	"down_write_nested":       "- rw_semaphore",
	"down_write_trylock":      "n rw_semaphore",
	"up_write":                "- rw_semaphore",
	"downgrade_write":         "- rw_semaphore",
	"rwsem_is_locked":         "n rw_semaphore",
	"rwsem_is_contended":      "n rw_semaphore",
	"rwsem_assert_held":       "- rw_semaphore",
	"rwsem_assert_held_write": "- rw_semaphore",
	"rwsem_assert_held_read":  "- rw_semaphore",
	"down_write_nest_lock":    "- rw_semaphore mutex",

	"down_read_non_owner":     "- rw_semaphore",
	"up_read_non_owner":       "- rw_semaphore",
	"__mmcheck_rwsem_release": "- rw_semaphore",

	"down_read_killable":  "n rw_semaphore",
	"down_write_killable": "n rw_semaphore",

	"mutex_init":        "- mutex",
	"mutex_lock":        "- mutex",
	"mutex_lock_nested": "- mutex",
	"mutex_trylock":     "n mutex",
	"mutex_unlock":      "- mutex",
	"mutex_assert_held": "- mutex",
	"mutex_is_locked":   "n mutex",

	"mutex_lock_killable":  "n mutex",
	"mutex_lock_nest_lock": "- mutex rw_semaphore",

	"spin_lock_init":   "- spinlock",
	"spin_lock_nested": "- spinlock",
	"spin_trylock":     "n spinlock",
	"spin_assert_held": "- spinlock",
	"spin_is_locked":   "n spinlock",

	"spin_lock_nest_lock": "- spinlock mutex",

	"raw_spin_lock_init":   "- raw_spinlock",
	"raw_spin_lock_nested": "- raw_spinlock",
	"raw_spin_trylock":     "n raw_spinlock",
	"raw_spin_is_locked":   "n raw_spinlock",
	"raw_spin_assert_held": "- raw_spinlock",

	"rwlock_init":              "- rwlock",
	"read_trylock":             "n rwlock",
	"write_trylock":            "n rwlock",
	"write_lock_nested":        "- rwlock",
	"rwlock_is_contended":      "n rwlock",
	"rwlock_assert_held":       "- rwlock",
	"rwlock_assert_held_read":  "- rwlock",
	"rwlock_assert_held_write": "- rwlock",

	"kmalloc":           "new n n",
	"kzalloc":           "new n n",
	"kmem_cache_alloc":  "new n n",
	"kmem_cache_zalloc": "new n n",
	"kfree":             "- ptr",
	"kmem_cache_free":   "- n ptr",

	"__mmcheck_queue_work":      "n work_item n",
	"__mmcheck_cancel_work":     "n work_item",
	"__mmcheck_work_busy":       "n work_item",
	"__mmcheck_work_pending":    "n work_item",
	"__mmcheck_flush_work":      "- work_item",
	"__mmcheck_flush_workqueue": "- n",
	"__mmcheck_next_work":       "work_item",
	"__mmcheck_work_done":       "- work_item",

	"mt_init":              "- maple_tree",
	"mt_lookup":            "vm_area_struct maple_tree n",
	"mt_above":             "vm_area_struct maple_tree n",
	"mt_below":             "vm_area_struct maple_tree n",
	"mt_find_intersection": "vm_area_struct maple_tree n n",
	"__mmcheck_mt_first":   "n maple_tree n",
	"__mmcheck_mt_last":    "n maple_tree n",
	"__mmcheck_ma_enter":   "- ma_node maple_tree",
	"__mmcheck_ma_forget":  "- ma_node",
	"mt_store":             "- maple_tree n n vm_area_struct",
	"mt_clear":             "- maple_tree n n",
	"__mmcheck_mt_grow":    "- maple_tree n n vm_area_struct",
	"__mmcheck_mt_own":     "- maple_tree",
	"__mmcheck_mt_share":   "- maple_tree",

	"vma_interval_tree_insert":       "- vm_area_struct rb_root_cached",
	"vma_interval_tree_insert_after": "- vm_area_struct vm_area_struct rb_root_cached",
	"vma_interval_tree_remove":       "- vm_area_struct rb_root_cached",
	"vma_interval_tree_iter_first":   "vm_area_struct rb_root_cached n n",
	"vma_interval_tree_iter_next":    "vm_area_struct vm_area_struct rb_root_cached n n",

	"anon_vma_interval_tree_insert":     "- vm_area_struct anon_rb_root",
	"anon_vma_interval_tree_remove":     "- vm_area_struct anon_rb_root",
	"anon_vma_interval_tree_iter_first": "vm_area_struct anon_rb_root n n",
	"anon_vma_interval_tree_iter_next":  "vm_area_struct vm_area_struct anon_rb_root n n",

	"rmap_must_see":       "- rb_root_cached",
	"anon_rmap_must_see":  "- anon_rb_root",
	"rmap_must_have_seen": "- folio n",

	"pt_get":       "n page_table n",
	"pt_folio":     "folio page_table n",
	"pt_entry_of":  "n page_table n folio",
	"pt_set":       "- page_table n n",
	"pt_set_folio": "- page_table n n folio",
	"pt_clear":     "- page_table n",

	"__mmcheck_folio_lock":    "- folio_lock",
	"__mmcheck_folio_trylock": "n folio_lock",
	"__mmcheck_folio_unlock":  "- folio_lock",
	"__mmcheck_folio_wait":    "- folio_lock",
	"__mmcheck_folio_locked":  "n folio_lock",

	"__mmcheck_notifier_subscribe":   "- mmu_notifier_subscriptions",
	"__mmcheck_notifier_unsubscribe": "- mmu_notifier_subscriptions",
	"__mmcheck_notifier_subscribed":  "n mmu_notifier_subscriptions",
	"__mmcheck_notifier_start":       "- mmu_notifier_subscriptions n n",
	"__mmcheck_notifier_end":         "- mmu_notifier_subscriptions n n",

	"__mmcheck_user_access": "folio mm_struct n n",
	"__mmcheck_tlb_flush":   "- mm_struct n n",
	"__mmcheck_tlb_has":     "n mm_struct n",

	"seqcount_init":             "- seqcount",
	"read_seqcount_begin":       "n seqcount",
	"raw_read_seqcount":         "n seqcount",
	"read_seqcount_retry":       "n seqcount",
	"write_seqcount_begin":      "- seqcount",
	"write_seqcount_end":        "- seqcount",
	"write_seqcount_invalidate": "- seqcount",

	"__mmcheck_acquire_read":  "- lockdep_map",
	"__mmcheck_acquire":       "- lockdep_map",
	"__mmcheck_release":       "- lockdep_map",
	"lockdep_is_held_type":    "n rw_semaphore n",
	"lockdep_assert_not_held": "- rw_semaphore",
	"might_lock":              "- mutex",
	"might_lock_read":         "- rw_semaphore",
	"might_lock_nested":       "- mutex n",

	"preempt_disable":              "-",
	"preempt_enable":               "-",
	"local_bh_disable":             "-",
	"local_bh_enable":              "-",
	"local_irq_disable":            "-",
	"local_irq_enable":             "-",
	"__mmcheck_irq_save":           "n",
	"local_irq_restore":            "- n",
	"irqs_disabled":                "n",
	"in_interrupt":                 "n",
	"in_hardirq":                   "n",
	"pagefault_disable":            "-",
	"pagefault_enable":             "-",
	"__mmcheck_pagefault_disabled": "n",
	"__mmcheck_speculate":          "- number",

	"rcu_read_lock":             "-",
	"rcu_read_unlock":           "-",
	"rcu_read_lock_held":        "n",
	"__mmcheck_rcu_dereference": "-",
	"synchronize_rcu":           "-",
	"rcu_barrier":               "-",
	callRcu:                     "- rcu_head number",
	kfreeRcu:                    "- rcu_head",

	"refcount_inc":                   "- atomic_t",
	"refcount_add":                   "- n atomic_t",
	"refcount_inc_not_zero":          "n atomic_t",
	"refcount_add_not_zero":          "n n atomic_t",
	"__mmcheck_refcount_inc_limited": "n atomic_t n",
	"refcount_dec":                   "- atomic_t",
	"refcount_dec_and_test":          "n atomic_t",
	"refcount_sub_and_test":          "n n atomic_t",
	"refcount_dec_if_one":            "n atomic_t",
	"refcount_dec_not_one":           "n atomic_t",
	"__mmcheck_count_get":            "- atomic_t",
	"__mmcheck_count_put":            "n atomic_t",

	"init_waitqueue_head":        "- wait_queue_head",
	"prepare_to_wait":            "- wait_queue_head n n",
	"finish_wait":                "- wait_queue_head n",
	"waitqueue_active":           "n wait_queue_head",
	"wake_up":                    "- wait_queue_head",
	"wake_up_process":            "n task_struct",
	"set_current_state":          "- n",
	"__mmcheck_schedule":         "-",
	"__mmcheck_schedule_signals": "n",

	"might_sleep":   "-",
	"cond_resched":  "-",
	"__mmcheck_bug": "-",

	"__mmcheck_contract": "-",

	"IS_ERR":         "n ptr",
	"IS_ERR_OR_NULL": "n ptr",
	"PTR_ERR":        "n ptr",
	"ERR_PTR":        "new n",
}
