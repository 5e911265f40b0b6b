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
#define BUG_ON(c)	do { if (unlikely(c)) __mmcheck_bug("BUG_ON(" #c ")"); } while (0)

#define WARN_ON(c) ({						\
	int __warn_on = !!(c);					\
	if (unlikely(__warn_on))				\
		__mmcheck_bug("WARN_ON(" #c ")");		\
	unlikely(__warn_on);					\
})
#define WARN_ON_ONCE(c) ({					\
	int __warn_on = !!(c);					\
	if (unlikely(__warn_on))				\
		__mmcheck_bug("WARN_ON_ONCE(" #c ")");		\
	unlikely(__warn_on);					\
})

/* The second argument only says what the kernel would dump: it is not read. */
#define VM_BUG_ON(c)		do { if (unlikely(c)) __mmcheck_bug("VM_BUG_ON(" #c ")"); } while (0)
#define VM_BUG_ON_VMA(c, vma)	do { if (unlikely(c)) __mmcheck_bug("VM_BUG_ON_VMA(" #c ")"); } while (0)
#define VM_BUG_ON_MM(c, mm)	do { if (unlikely(c)) __mmcheck_bug("VM_BUG_ON_MM(" #c ")"); } while (0)
#define VM_WARN_ON(c)		do { if (unlikely(c)) __mmcheck_bug("VM_WARN_ON(" #c ")"); } while (0)

#endif /* _LINUX_BUG_H */
