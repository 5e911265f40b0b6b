/* SPDX-License-Identifier: MIT */
/*
 * This file is the header that mm code includes: one #include for all that a
 * spec about VMAs needs. The operations are C, in the files below, each named
 * for the kernel file it stands for. A locking proposal is an edit of that C:
 * copy a function into the spec, change it, check it. Under the same name it takes
 * the place of this one for all who call it.
 */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <linux/vmstat.h>
#include <mm/accounting.h>	/* add_mm_counter(), vm_stat_account() */
#include <mm/internal.h>	/* vm_area_alloc(), find_vma(), vma_lookup() */
#include <mm/maple_tree.h>	/* mas_find(), mas_store() */
#include <mm/vma_iterator.h>	/* for_each_vma(), vma_iter_store() */
#include <mm/vma.h>		/* vma_link(), split_vma(), vma_merge() */
#if MM_RMAP
#include <linux/rmap.h>		/* anon_vma_clone(), anon_vma_fork() */
#include <mm/memory.h>		/* folio_get(), zap_page_range(), copy_page_range() */
#include <mm/gup.h>		/* populate_vma_page_range(), mm_populate() */
#include <mm/mmap.h>		/* mmap_region(), do_munmap(), do_brk_flags() */
#include <mm/fault.h>		/* expand_downwards(), do_user_addr_fault() */
#include <mm/mremap.h>		/* copy_vma(), move_page_tables(), mremap() */
#include <mm/migrate.h>		/* try_to_migrate(), remove_migration_ptes() */
#include <mm/truncate.h>	/* truncate_inode_page() */
#include <mm/vmscan.h>		/* try_to_unmap() */
#include <mm/fork.h>		/* dup_mmap() */
#if MM_KHUGEPAGED
#include <mm/khugepaged.h>	/* collapse_file(), retract_page_tables() */
#endif
#else
#include <mm/gup.h>		/* populate_vma_page_range(), mm_populate() */
#include <mm/user_pages.h>	/* get_user_pages(), unpin_user_page() */
#include <mm/mmap.h>		/* mmap_region(), do_munmap(), do_brk_flags() */
#include <mm/mprotect.h>	/* mprotect_fixup() */
#include <mm/fault.h>		/* expand_downwards(), do_user_addr_fault() */
#include <mm/madvise.h>		/* MADV_DONTNEED */
#if MM_OOM
#include <mm/oom_kill.h>	/* oom_reap_task(), process_mrelease() */
#endif
#endif

#if VMA_LOCK_REFCOUNT
#include <linux/sched/mm.h>	/* the lock of a VMA takes references to an mm */
#endif

#endif /* _LINUX_MM_H */
