/* SPDX-License-Identifier: MIT */
/*
 * This file declares memory barriers. Everything happens in one order here, the
 * same for all threads: a barrier that is missing is not noticed, and one that is
 * there is no step, but said with the verdict. An acquire and a release are marked accesses, as READ_ONCE()
 * and WRITE_ONCE() are.
 */
#ifndef _ASM_BARRIER_H
#define _ASM_BARRIER_H

#include <linux/compiler.h>

#define barrier()	do { } while (0)
#define smp_mb()	__mmcheck_order("full")
#define smp_rmb()	__mmcheck_order("read fence")
#define smp_wmb()	__mmcheck_order("write fence")
#define smp_mb__before_atomic()	__mmcheck_order("full")
#define smp_mb__after_spinlock()	__mmcheck_order("full")
#define smp_mb__after_unlock_lock()	__mmcheck_order("full")
#define smp_mb__after_atomic()	__mmcheck_order("full")

#define smp_load_acquire(p)		(__mmcheck_order("acquire"), READ_ONCE(*(p)))
#define smp_store_release(p, v)		do { __mmcheck_order("release"); WRITE_ONCE(*(p), v); } while (0)
#define smp_store_mb(var, value)	do { __mmcheck_order("full"); WRITE_ONCE(var, value); } while (0)

#endif /* _ASM_BARRIER_H */
