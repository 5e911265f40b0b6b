/* SPDX-License-Identifier: MIT */
/*
 * This file declares RCU. A grace period is over when all who were in a read
 * section at its beginning have left it, or held a lock that spins, or had
 * preemption, softirqs or interrupts off. What call_rcu() and kfree_rcu() queue
 * is executed by a thread of its own, called rcu_softirq, at any time after
 * that: one callback after the other, in any order.
 *
 * The callback of call_rcu() must be a function with a body. It may queue other
 * callbacks, but not itself.
 */
#ifndef _LINUX_RCUPDATE_H
#define _LINUX_RCUPDATE_H

#include <linux/cleanup.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/preempt.h>
#include <linux/slab.h>
#include <linux/types.h>

struct rcu_head {
	int __native_rcu_head;
};

void rcu_read_lock(void);
void rcu_read_unlock(void);
bool rcu_read_lock_held(void);


/* Sections with preemption, or softirqs, off: one kind of RCU waits for all since 5.0. */
#define rcu_read_lock_sched()		do { preempt_disable(); rcu_read_lock(); } while (0)
#define rcu_read_unlock_sched()		do { rcu_read_unlock(); preempt_enable(); } while (0)
#define rcu_read_lock_bh()		do { local_bh_disable(); rcu_read_lock(); } while (0)
#define rcu_read_unlock_bh()		do { rcu_read_unlock(); local_bh_enable(); } while (0)
#define rcu_dereference_sched(p)	rcu_dereference(p)
#define rcu_dereference_bh(p)		rcu_dereference(p)
#define synchronize_sched()		synchronize_rcu()

void synchronize_rcu(void);
void rcu_barrier(void);
#define synchronize_rcu_expedited()	synchronize_rcu()

/* The second argument shows which function is meant: the call is not made here. */
void __mmcheck_call_rcu(struct rcu_head *head, int call);
#define call_rcu(head, func)	__mmcheck_call_rcu((head), (func(head), 0))

void __mmcheck_kfree_rcu(struct rcu_head *head);
#define kfree_rcu(ptr, rhf)	__mmcheck_kfree_rcu(&(ptr)->rhf)
#define kvfree_rcu(ptr, rhf)	kfree_rcu(ptr, rhf)

#define kfree_rcu_mightsleep(ptr) do {		\
	__typeof__(ptr) __freed = (ptr);	\
	if (__freed) {				\
		synchronize_rcu();		\
		kfree(__freed);			\
	}					\
} while (0)

/*
 * Pointers that readers follow. Publication is one store, and a reader sees
 * what was stored before it: the search is sequentially consistent.
 */
#define rcu_assign_pointer(p, v)	do { __mmcheck_order("release"); WRITE_ONCE(p, v); } while (0)
#define RCU_INIT_POINTER(p, v)		WRITE_ONCE(p, v)
#define rcu_replace_pointer(p, v, c) ({			\
	__typeof__(p) __old = rcu_dereference_protected(p, c);	\
	rcu_assign_pointer(p, v);				\
	__old;							\
})
#define rcu_access_pointer(p)		READ_ONCE(p)

void __mmcheck_rcu_dereference(void);
#define rcu_dereference(p) ({		\
	__mmcheck_rcu_dereference();	\
	__mmcheck_order("dependency");	\
	READ_ONCE(p);			\
})
#define rcu_dereference_check(p, c) ({		\
	if (!(c))				\
		__mmcheck_rcu_dereference();	\
	__mmcheck_order("dependency");		\
	READ_ONCE(p);				\
})
#define RCU_LOCKDEP_WARN(c, s)		((void)WARN_ON_ONCE(c))
#define rcu_dereference_raw(p)		READ_ONCE(p)
#define rcu_dereference_protected(p, c) ({	\
	VM_BUG_ON(!(c));			\
	READ_ONCE(p);				\
})

#ifdef __MMCHECK_GUARDS
DEFINE_LOCK_GUARD_0(rcu, rcu_read_lock(), rcu_read_unlock())
#endif

#endif /* _LINUX_RCUPDATE_H */
