/* SPDX-License-Identifier: MIT */
/*
 * This file declares what keeps a thread on its processor. Without preemption it
 * must not sleep (property `atomic-sleep`), and a grace period of RCU waits for it.
 */
#ifndef _LINUX_PREEMPT_H
#define _LINUX_PREEMPT_H

#include <linux/cleanup.h>

void preempt_disable(void);
void preempt_enable(void);

void local_bh_disable(void);
void local_bh_enable(void);

/* Whether the code runs in the handler of an interrupt, or in a callback of RCU. */
int in_interrupt(void);
int in_hardirq(void);
#define in_irq()	in_hardirq()
#define in_task()	(!in_interrupt())

#ifdef __MMCHECK_GUARDS
DEFINE_LOCK_GUARD_0(preempt, preempt_disable(), preempt_enable())
DEFINE_LOCK_GUARD_0(preempt_notrace, preempt_disable(), preempt_enable())
#endif

#endif /* _LINUX_PREEMPT_H */
