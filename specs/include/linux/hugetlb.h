/* SPDX-License-Identifier: MIT */
/*
 * This file stands for hugetlbfs, of which there is no more than its VMAs.
 */
#ifndef _LINUX_HUGETLB_H
#define _LINUX_HUGETLB_H

#include <linux/hugetlb_inline.h>
#include <linux/mm.h>

#endif /* _LINUX_HUGETLB_H */
