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

#include <linux/compiler_types.h>

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)

#define __mmcheck_once(p)	((volatile __typeof__(*(p)) *)(p))
#define READ_ONCE(x)		(*__mmcheck_once(&(x)))
#define WRITE_ONCE(x, v)	do { *__mmcheck_once(&(x)) = (v); } while (0)

void __mmcheck_data_race(void);
#define data_race(expr)		(__mmcheck_data_race(), (expr))

/*
 * How the kernel orders the access that comes next, or what fence stands here: no
 * step, and nothing that the search looks at. What a thread came by is listed with
 * the verdict. 'mmcheck list orders' has all of them.
 */
void __mmcheck_order(const char *order);

#define unreachable()	__builtin_unreachable()

#define OPTIMIZER_HIDE_VAR(var)	((void)0)

#endif /* _LINUX_COMPILER_H */
