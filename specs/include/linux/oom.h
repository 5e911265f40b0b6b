/* SPDX-License-Identifier: MIT */
/*
 * This file names the bits by which a dying process and those who take its
 * memory early agree: bits of mm->flags, in specs with MM_OOM.
 */
#ifndef _LINUX_OOM_H
#define _LINUX_OOM_H

#include <linux/bitops.h>
#include <linux/mm_types.h>

#define MMF_OOM_SKIP	0	/* nothing is left to take: exit has been there */
#define MMF_UNSTABLE	1	/* pages are being taken: none may come back */

/*
 * May a page be mapped now? Called with the page table locked. Define
 * FAULT_NOT_STABLE to map it in any case.
 */
static inline bool check_stable_address_space(struct mm_struct *mm)
{
#if MM_OOM && !defined(FAULT_NOT_STABLE)
	return !test_bit(MMF_UNSTABLE, &mm->flags);
#else
	(void)mm;
	return true;
#endif
}

#endif /* _LINUX_OOM_H */
