/* SPDX-License-Identifier: MIT */
/*
 * This file maps the kernel's assertions to the property `assert`. They cost
 * no step of their own beyond the shared memory that the condition reads.
 */
#ifndef _LINUX_BUG_H
#define _LINUX_BUG_H

#include <linux/compiler.h>

void __mmcheck_bug(const char *what);

#define BUG()		__mmcheck_bug("BUG()")
#define __mmcheck_bug_on(c, text)	do { if (unlikely(c)) __mmcheck_bug(text); } while (0)
#define BUG_ON(c)	__mmcheck_bug_on(c, "BUG_ON(" #c ")")

/* What is to be printed is not looked at: the report shows what happened. */
#define __mmcheck_warn(c, text) ({				\
	int __warn_on = !!(c);					\
	if (unlikely(__warn_on))				\
		__mmcheck_bug(text);				\
	unlikely(__warn_on);					\
})
#define WARN_ON(c)			__mmcheck_warn(c, "WARN_ON(" #c ")")
#define WARN_ON_ONCE(c)			__mmcheck_warn(c, "WARN_ON_ONCE(" #c ")")
#define WARN_ON_SMP(c)			WARN_ON(c)
#define WARN(c, ...)			__mmcheck_warn(c, "WARN(" #c ")")
#define WARN_ONCE(c, ...)		__mmcheck_warn(c, "WARN_ONCE(" #c ")")
#define WARN_RATELIMIT(c, ...)		__mmcheck_warn(c, "WARN_RATELIMIT(" #c ")")
#define WARN_TAINT(c, taint, ...)	__mmcheck_warn(c, "WARN_TAINT(" #c ")")
#define WARN_TAINT_ONCE(c, taint, ...)	__mmcheck_warn(c, "WARN_TAINT_ONCE(" #c ")")
#define CHECK_DATA_CORRUPTION(c, ...)	__mmcheck_warn(c, "CHECK_DATA_CORRUPTION(" #c ")")

#include <linux/mmdebug.h>

#endif /* _LINUX_BUG_H */
