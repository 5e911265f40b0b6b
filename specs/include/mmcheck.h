/* SPDX-License-Identifier: MIT */
/*
 * This file is the language of a spec: how it sets the scene, names its
 * threads, and asks its question. Include it in every spec.
 *
 *	INIT { ... }			runs once, alone, before the threads
 *	THREAD(name, mm) { ... }	one thread; current->mm is mm
 *	THREADS(name, n, mm) { ... }	n identical threads
 *	IRQ(name) { ... }		an interrupt and its handler: it comes once, in
 *					the midst of a thread with interrupts on, or
 *					on another processor
 *	FINAL { ... }			runs once after all threads are done
 *	nondet(lo, hi)			any value from lo to hi: every one is tried
 *	ATOMIC { ... }			the block is one step
 *	WAIT_UNTIL(cond);		the thread waits while cond is false; first
 *					in an ATOMIC block it guards the block
 *	MM_POOL(tag, n);		at most n objects of struct tag at once (2)
 *	#define MM_MEMBERS_tag members	what struct tag of the kernel has beside the
 *					members that the model knows, such as
 *					MM_MEMBERS_mm_struct unsigned long pinned_vm;
 *					above the first #include
 *	MM_TYPESAFE_BY_RCU(tag);	objects of struct tag come from a cache that
 *					is SLAB_TYPESAFE_BY_RCU
 *	MM_FREEPTR(tag, member);	and has its free pointer over that member of
 *					free objects (freeptr_offset)
 *	MM_STABILISES(lock, vma);	whoever holds lock keeps vma stable; the first
 *					is an expression in which the second is
 *					the vma: MM_STABILISES(&vma->drv->lock, vma)
 *	MM_STABLE_WHILE(cond, vma);	vma needs no lock while cond holds
 *	stable_vma(expr)		the VMAs that expr looks at are kept stable by
 *					what no rule knows of, and the vma that it
 *					gives is as good as looked up now
 *	assert(cond);			property `assert`
 *	CONTRACT(cond, "text");		property `contract`: what the value that a
 *					function returned says of the locks
 */
#ifndef _MMCHECK_H
#define _MMCHECK_H

#include <linux/kernel.h>
#include <linux/sched.h>

#define INIT	static void __used __mmcheck_init(void)
#define FINAL	static void __used __mmcheck_final(void)

#define __mmcheck_task(name, mmptr, nr)	__mmcheck_task_nr(name, mmptr, nr)
#define __mmcheck_task_nr(name, mmptr, nr)					\
	static struct task_struct __used __mmcheck_task_##name =		\
		{ .mm = (mmptr), .usage = REFCOUNT_INIT(1), .pid = (nr), .tgid = (nr) }

#define THREAD(name, mmptr)							\
	__mmcheck_task(name, mmptr, __COUNTER__ + 1);				\
	static void __used __mmcheck_thread_##name(void)

#define THREADS(name, n, mmptr)				\
	enum { __mmcheck_threads_##name = (n) };	\
	THREAD(name, mmptr)

#define IRQ(name)				\
	enum { __mmcheck_irq_##name = 1 };	\
	THREAD(name, NULL)

#define MM_POOL(tag, n)	enum { __mmcheck_pool_##tag = (n) }
#define MM_TYPESAFE_BY_RCU(tag)	enum { __mmcheck_typesafe_##tag = 1 }
#define MM_FREEPTR(tag, member)	enum { __mmcheck_freeptr_##tag = __builtin_offsetof(struct tag, member) }

struct vm_area_struct;
#define __mmcheck_of_vma(what, nr, type, expr, vma)				\
	__mmcheck_of_vma_nr(what, nr, type, expr, vma)
#define __mmcheck_of_vma_nr(what, nr, type, expr, vma)				\
	static type __used __mmcheck_##what##_##nr(struct vm_area_struct *vma __maybe_unused) \
	{ return (expr); }							\
	struct vm_area_struct
#define MM_STABILISES(lock, vma)	__mmcheck_of_vma(stabilises, __COUNTER__, void *, lock, vma)
#define MM_STABLE_WHILE(cond, vma)	__mmcheck_of_vma(stable, __COUNTER__, _Bool, cond, vma)

int nondet(int lo, int hi);

#define ATOMIC \
	for (int __mmcheck_atomic = 1; __mmcheck_atomic; __mmcheck_atomic = 0)

void __mmcheck_wait_until(int cond);
#define WAIT_UNTIL(cond)	__mmcheck_wait_until(!!(cond))

void __mmcheck_stable_vma(void);
#define stable_vma(expr)	(__mmcheck_stable_vma(), (expr))

/* Has the spec this word anywhere? What nobody asks for is left out, and costs no states. */
int __mmcheck_named(const char *word);

#define assert(c)	do { if (unlikely(!(c))) __mmcheck_bug("assert(" #c ")"); } while (0)

void __mmcheck_contract(const char *what);
#define CONTRACT(c, what)	do { if (unlikely(!(c))) __mmcheck_contract(what); } while (0)

#endif /* _MMCHECK_H */
