/* SPDX-License-Identifier: MIT */
/*
 * This file gives the compiler annotations of kernel code their meaning in a
 * spec. READ_ONCE() and WRITE_ONCE() are one step, as every access to shared
 * memory is, and ordering is sequentially consistent anyway; but they are
 * marked as accesses that may happen beside others, and data_race() marks all
 * in its expression as meant to race. Without, that is property `data-race`.
 */
#ifndef _LINUX_COMPILER_H
#define _LINUX_COMPILER_H

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)

#define __always_inline	inline
#define noinline
#define __must_check
#define __init
#define __maybe_unused	__attribute__((unused))
#define __used		__attribute__((used))
/* For sparse: which locks a function takes, gives up, or expects. */
#define __acquires(x)
#define __releases(x)
#define __must_hold(x)
#define __acquire(x)	((void)0)
#define __release(x)	((void)0)

#define fallthrough	__attribute__((__fallthrough__))

#define __mmcheck_once(p)	((volatile __typeof__(*(p)) *)(p))
#define READ_ONCE(x)		(*__mmcheck_once(&(x)))
#define WRITE_ONCE(x, v)	do { *__mmcheck_once(&(x)) = (v); } while (0)

void __mmcheck_data_race(void);
#define data_race(expr)		(__mmcheck_data_race(), (expr))

#endif /* _LINUX_COMPILER_H */
