/* SPDX-License-Identifier: MIT */
/*
 * This file is what a dying process and those who take its memory early agree
 * upon, by bits of mm->flags, in specs with MM_OOM.
 */
#ifndef _LINUX_OOM_H
#define _LINUX_OOM_H

#include <linux/bitops.h>
#include <linux/mm_types.h>

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
