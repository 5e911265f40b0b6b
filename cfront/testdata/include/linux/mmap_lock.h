/* SPDX-License-Identifier: MIT */
/* This file is for specs that forget to include it. */
#ifndef _LINUX_MMAP_LOCK_H
#define _LINUX_MMAP_LOCK_H

#include <mmcheck.h>

static inline void mmap_write_lock(struct mm_struct *mm)
{
	down_write(&mm->mmap_lock);
}

static inline void mmap_write_downgrade(struct mm_struct *mm)
{
	up_write(&mm->mmap_lock);
}

#endif
