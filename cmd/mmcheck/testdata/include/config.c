// SPDX-License-Identifier: MIT
/*
 * config: is a symbol of Kconfig 1 where the kernel has it, and not defined elsewhere?
 *
 * Result: LOCK=0 --kernel=5.12: holds
 * Result: LOCK=0 --kernel=6.1: holds
 * Result: LOCK=1 --kernel=6.4: holds
 * Result: LOCK=1: holds
 * Result: LOCK=1 --kernel=6.15: holds
 * Result: LOCK=0 CONFIG_PER_VMA_LOCK=0: holds
 * Result: LOCK=0 CONFIG_PER_VMA_LOCK=0 --kernel=6.12: holds
 * Result: LOCK=1 CONFIG_PER_VMA_LOCK=1 --kernel=6.1: holds
 * Result: LOCK=1 MM_NOTIFIER=1 MM_SWAP=1 MM_USERFAULTFD=1 MM_COLLAPSE=1: holds
 */

#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
}

THREAD(t, &mm)
{
#ifdef CONFIG_PER_VMA_LOCK
	assert(CONFIG_PER_VMA_LOCK && LOCK);
#else
	assert(!LOCK);
#endif
	assert(IS_ENABLED(CONFIG_PER_VMA_LOCK) == LOCK);
#ifdef MM_NOTIFIER
	assert(IS_ENABLED(CONFIG_MMU_NOTIFIER));
#else
	assert(!IS_ENABLED(CONFIG_MMU_NOTIFIER));
#endif
	assert(IS_ENABLED(CONFIG_SWAP) == MM_SWAP && IS_ENABLED(CONFIG_USERFAULTFD) == MM_USERFAULTFD);
	assert(IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE) == MM_COLLAPSE);
}
