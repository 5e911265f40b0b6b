// SPDX-License-Identifier: MIT
/*
 * brk_downgrade: what must brk() have done when it downgrades mmap_lock?
 *
 * Written where the heap ends. prctl(PR_SET_MM) writes that, too, with mmap_lock held for
 * reading, to be kept apart from brk() and nothing else. LATE writes it behind the unmapping,
 * which has downgraded the lock; before 4.20 there was no downgrade.
 *
 * Source: mm/mmap.c and kernel/sys.c of 4.20 and later.
 *
 * Result: holds
 * Result: --kernel=5.12: holds
 * Result: LATE: violated data-race
 * Result: LATE --kernel=5.12: violated data-race
 * Result: LATE --kernel=4.19: holds
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mm/brk.h>
#include <mmcheck.h>

#define HEAP	0x1000UL
#define MIDDLE	0x2000UL
#define END	0x3000UL

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, HEAP, END - HEAP, VM_ANON);
	mm.start_brk = HEAP;
	mm.brk = END;
}

THREAD(brk, &mm)
{
#ifdef LATE
	mmap_write_lock(&mm);
	if (__do_munmap(&mm, MIDDLE, END - MIDDLE, true) == 1) {
		mm.brk = MIDDLE;
		mmap_read_unlock(&mm);
	} else {
		mm.brk = MIDDLE;
		mmap_write_unlock(&mm);
	}
#else
	sys_brk(MIDDLE);
#endif
}

/* Say where the heap ends, whatever is mapped. */
THREAD(prctl, &mm)
{
	mmap_read_lock(&mm);
	mm.brk = END;
	mmap_read_unlock(&mm);
}
