// SPDX-License-Identifier: MIT
/*
 * accounting: does keeping account of pages take any lock, and need an mm that is there?
 *
 * Result: holds
 * Result: --kernel=5.12: holds
 * Result: LATE: violated use-after-free
 */

#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <mmcheck.h>

THREAD(t, NULL)
{
	struct mm_struct *mm = mm_alloc();
	long one = 1;

#ifdef LATE
	mmput(mm);
#endif
	spin_lock(&mm->page_table_lock);	/* nothing of it sleeps */
	add_mm_counter(mm, MM_ANONPAGES, -one);
	inc_mm_counter(mm, MM_FILEPAGES);
	dec_mm_counter(mm, MM_SWAPENTS);
	mm_inc_nr_ptes(mm);
	mm_dec_nr_ptes(mm);
	count_memcg_event_mm(mm, PGFAULT);
	update_hiwater_rss(mm);
	update_hiwater_vm(mm);
	reset_mm_hiwater_rss(mm);
	assert(get_mm_rss(mm) + get_mm_rss_sum(mm) + get_mm_counter_sum(mm, MM_SWAPENTS) < 4);
	assert(get_mm_hiwater_rss(mm) + get_mm_hiwater_vm(mm) + mm_pgtables_bytes(mm) < 4);
	vm_stat_account(mm, VM_READ, one);
	assert(may_expand_vm(mm, VM_READ, one) && !security_vm_enough_memory_mm(mm, one));
	vm_acct_memory(one);
	vm_unacct_memory(one);
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
	sync_mm_rss(mm);
#endif
	count_vm_event(PGFAULT);
	count_vm_events(PGFREE, one++);
	__count_vm_event(PGFAULT);
	__count_vm_events(PGFREE, one++);
	count_vm_numa_event(NUMA_HINT_FAULTS);
	count_vm_numa_events(NUMA_PTE_UPDATES, one++);
	count_vm_tlb_event(NR_TLB_LOCAL_FLUSH_ALL);
	count_vm_tlb_events(NR_TLB_LOCAL_FLUSH_ONE, one++);
	count_vm_vma_lock_event(VMA_LOCK_SUCCESS);
	assert(one == 5);
	spin_unlock(&mm->page_table_lock);
	mmput(mm);
}
