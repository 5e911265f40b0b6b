/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_LEDGER_H
#define _LINUX_LEDGER_H

#include <linux/mm.h>

struct ledger_page {
	int lines;
	struct ledger *ledger;
};

struct ledger {
	struct rw_semaphore sem;
	spinlock_t lock;
	int balance;
	bool closed;
	struct ledger_page page;
};

static inline struct ledger *page_ledger(struct ledger_page *page)
{
	return container_of(page, struct ledger, page);
}

#endif
