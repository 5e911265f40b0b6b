/* SPDX-License-Identifier: MIT */
/*
 * This file declares assertions about constants: a spec that breaks one does not
 * compile.
 */
#ifndef _LINUX_BUILD_BUG_H
#define _LINUX_BUILD_BUG_H

#include <linux/compiler.h>

#define static_assert(expr, ...)	__static_assert(expr, ##__VA_ARGS__, #expr)
#define __static_assert(expr, msg, ...)	_Static_assert(expr, msg)

#define compiletime_assert(cond, msg)	do { _Static_assert(cond, msg); } while (0)
#define BUILD_BUG_ON_MSG(cond, msg)	compiletime_assert(!(cond), msg)
#define BUILD_BUG_ON(cond)		BUILD_BUG_ON_MSG(cond, "BUILD_BUG_ON(" #cond ")")
#define BUILD_BUG_ON_NOT_POWER_OF_2(n)	BUILD_BUG_ON((n) == 0 || ((n) & ((n) - 1)) != 0)
#define BUILD_BUG_ON_INVALID(e)		((void)sizeof((long)(e)))
#define BUILD_BUG_ON_ZERO(e, ...)	((int)(0 * sizeof(char[1 - 2 * !!(e)])))

/* The compiler is to leave it out: here, no schedule may come by. */
void __mmcheck_bug(const char *what);
#define BUILD_BUG()	__mmcheck_bug("BUILD_BUG()")

#endif /* _LINUX_BUILD_BUG_H */
