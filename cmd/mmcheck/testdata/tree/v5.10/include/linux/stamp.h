/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_STAMP_H
#define _LINUX_STAMP_H

#include <linux/mm.h>

#define STAMP_MAX	(1 << STAMP_SHIFT)
#define STAMP_SHIFT	2

enum stamp_state { STAMP_NEW, STAMP_USED = 3, STAMP_VOID };

struct stamp_ops {
	int (*press)(struct stamp_book *book);
	void (*wipe)(struct stamp_book *book);
};

struct stamp_book {
	struct mutex mutex;
	spinlock_t lock;
	enum stamp_state state;
	unsigned int used:4;
	const struct stamp_ops *ops;
	struct mm_struct *mm;
	refcount_t refs;
};

#define stamp_book_live(book)	((book)->state != STAMP_VOID)

#ifdef CONFIG_STAMPS
int stamp_press(struct stamp_book *book);
#else
static inline int stamp_press(struct stamp_book *book) { return 0; }
#endif

#endif
