/* SPDX-License-Identifier: MIT */
/*
 * This file has the types of <linux/workqueue.h>, for structures that hold a work item.
 */
#ifndef _LINUX_WORKQUEUE_TYPES_H
#define _LINUX_WORKQUEUE_TYPES_H

struct work_struct;

typedef void (*work_func_t)(struct work_struct *work);

struct work_item {
	int __native_work;
};

struct work_struct {
	work_func_t func;
	struct work_item item;
};

struct delayed_work {
	struct work_struct work;
};

#endif /* _LINUX_WORKQUEUE_TYPES_H */
