/* SPDX-License-Identifier: MIT */
/*
 * This file models what a walk of page tables with interrupts off relies on:
 * who frees a table sends an interrupt to all processors first, and waits until
 * each has answered, which it does not before its interrupts are on. That is
 * the promise of a grace period, with interrupts off as the read section.
 */
#ifndef _LINUX_IRQFLAGS_H
#define _LINUX_IRQFLAGS_H

#include <linux/rcupdate.h>

static inline void local_irq_disable(void)
{
	rcu_read_lock();
}

static inline void local_irq_enable(void)
{
	rcu_read_unlock();
}

/* Wait until every processor has had its interrupts on. */
static inline void tlb_remove_table_sync_one(void)
{
	synchronize_rcu();
}

#endif /* _LINUX_IRQFLAGS_H */
