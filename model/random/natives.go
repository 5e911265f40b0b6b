// SPDX-License-Identifier: MIT

// This file lists the native operations that scripts use.

package random

// natives gives the result and the operands of each: the struct of a cell, or
// "vm_area_struct" for a pointer to a vma, "ptr" for any pointer, "new" for a
// pointer to what is allocated, "n" for a number or an integer of the thread,
// "-" for nothing.
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

	"mutex_init":        "- mutex",
	"mutex_lock":        "- mutex",
	"mutex_lock_nested": "- mutex",
	"mutex_trylock":     "n mutex",
	"mutex_unlock":      "- mutex",
	"mutex_assert_held": "- mutex",

	"spin_lock_init":   "- spinlock",
	"spin_lock":        "- spinlock",
	"spin_lock_nested": "- spinlock",
	"spin_trylock":     "n spinlock",
	"spin_unlock":      "- spinlock",
	"spin_assert_held": "- spinlock",

	"kmalloc":           "new n n",
	"kzalloc":           "new n n",
	"kmem_cache_alloc":  "new n n",
	"kmem_cache_zalloc": "new n n",
	"kfree":             "- ptr",
	"kmem_cache_free":   "- n ptr",

	"mt_init":              "- maple_tree",
	"mt_lookup":            "vm_area_struct maple_tree n",
	"mt_find":              "vm_area_struct maple_tree n",
	"mt_prev":              "vm_area_struct maple_tree n",
	"mt_find_intersection": "vm_area_struct maple_tree n n",
	"mt_store":             "- maple_tree n n vm_area_struct",
	"mt_clear":             "- maple_tree n n",

	"vma_interval_tree_insert":       "- vm_area_struct rb_root_cached",
	"vma_interval_tree_insert_after": "- vm_area_struct vm_area_struct rb_root_cached",
	"vma_interval_tree_remove":       "- vm_area_struct rb_root_cached",
	"vma_interval_tree_iter_first":   "vm_area_struct rb_root_cached n n",
	"vma_interval_tree_iter_next":    "vm_area_struct vm_area_struct rb_root_cached n n",

	"pt_get":   "n page_table n",
	"pt_set":   "- page_table n n",
	"pt_clear": "- page_table n",

	"might_sleep":   "-",
	"cond_resched":  "-",
	"__mmcheck_bug": "-",

	"IS_ERR":         "n ptr",
	"IS_ERR_OR_NULL": "n ptr",
	"PTR_ERR":        "n ptr",
	"ERR_PTR":        "new n",
}
