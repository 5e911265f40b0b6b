/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_NOTEBOOK_H
#define _LINUX_NOTEBOOK_H

#include <linux/types.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

struct inode;

struct notebook_ops {
	int id;
	int (*turn)(struct notebook *book);
};

struct notebook {
	spinlock_t lock;
	int page;
	int nr_lines;
	struct work_struct work;
	struct notebook_ops *ops;
	struct inode *owner;
	wait_queue_head_t readers;
	union {
		int colour;
		struct list_head shelf;
	};
};

int notebook_notify(struct notebook *book, int id);
void notebook_attach(struct notebook *book, struct inode *inode);

#endif
