/* SPDX-License-Identifier: MIT */
/*
 * This file declares the switch for interrupts of a processor. With interrupts off
 * no handler (IRQ() in <mmcheck.h>) comes in the midst of the thread, it must not
 * sleep, and a grace period of RCU waits for it.
 *
 * A walk of page tables with interrupts off relies on the last: who frees a table
 * sends an interrupt to all processors first, and waits until each has answered,
 * which it does not before its interrupts are on.
 */
#ifndef _LINUX_IRQFLAGS_H
#define _LINUX_IRQFLAGS_H

#include <linux/cleanup.h>

void local_irq_disable(void);
void local_irq_enable(void);
unsigned long __mmcheck_irq_save(void);
void local_irq_restore(unsigned long flags);
int irqs_disabled(void);

#define local_irq_save(flags)	do { (flags) = __mmcheck_irq_save(); } while (0)

/* Wait until every processor has had its interrupts on. */
void synchronize_rcu(void);
#define tlb_remove_table_sync_one()	synchronize_rcu()

#ifdef __MMCHECK_GUARDS
DEFINE_LOCK_GUARD_0(irq, local_irq_disable(), local_irq_enable())
DEFINE_LOCK_GUARD_0(irqsave, local_irq_save(_T->flags), local_irq_restore(_T->flags), unsigned long flags)
#endif

#endif /* _LINUX_IRQFLAGS_H */
