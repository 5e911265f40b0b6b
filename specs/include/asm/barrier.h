/* SPDX-License-Identifier: MIT */
/*
 * This file declares memory barriers. Everything happens in one order here, the
 * same for all threads: a barrier that is missing is not noticed, and one that is
 * there is no step. An acquire and a release are marked accesses, as READ_ONCE()
 * and WRITE_ONCE() are.
 */
#ifndef _ASM_BARRIER_H
#define _ASM_BARRIER_H

#include <linux/compiler.h>

#define barrier()	do { } while (0)
#define smp_mb()	do { } while (0)
#define smp_rmb()	do { } while (0)
#define smp_wmb()	do { } while (0)
#define smp_mb__before_atomic()	do { } while (0)
#define smp_mb__after_spinlock()	do { } while (0)
#define smp_mb__after_unlock_lock()	do { } while (0)
#define smp_mb__after_atomic()	do { } while (0)

#define smp_load_acquire(p)		READ_ONCE(*(p))
#define smp_store_release(p, v)		WRITE_ONCE(*(p), v)
#define smp_store_mb(var, value)	WRITE_ONCE(var, value)

#endif /* _ASM_BARRIER_H */
