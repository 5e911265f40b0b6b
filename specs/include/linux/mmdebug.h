/* SPDX-License-Identifier: MIT */
/*
 * This file declares the assertions of mm, which are on here (CONFIG_DEBUG_VM). The
 * argument behind the condition only says what the kernel would dump: it is not read.
 */
#ifndef _LINUX_MMDEBUG_H
#define _LINUX_MMDEBUG_H

#include <linux/bug.h>

#define VM_BUG_ON(c)			__mmcheck_bug_on(c, "VM_BUG_ON(" #c ")")
#define VM_BUG_ON_PAGE(c, page)		__mmcheck_bug_on(c, "VM_BUG_ON_PAGE(" #c ")")
#define VM_BUG_ON_FOLIO(c, folio)	__mmcheck_bug_on(c, "VM_BUG_ON_FOLIO(" #c ")")
#define VM_BUG_ON_VMA(c, vma)		__mmcheck_bug_on(c, "VM_BUG_ON_VMA(" #c ")")
#define VM_BUG_ON_MM(c, mm)		__mmcheck_bug_on(c, "VM_BUG_ON_MM(" #c ")")

#define VM_WARN_ON(c)			((void)__mmcheck_warn(c, "VM_WARN_ON(" #c ")"))
#define VM_WARN_ON_ONCE(c)		((void)__mmcheck_warn(c, "VM_WARN_ON_ONCE(" #c ")"))
#define VM_WARN_ONCE(c, ...)		((void)__mmcheck_warn(c, "VM_WARN_ONCE(" #c ")"))
#define VM_WARN(c, ...)			((void)__mmcheck_warn(c, "VM_WARN(" #c ")"))
#define VM_WARN_ON_PAGE(c, page)	__mmcheck_warn(c, "VM_WARN_ON_PAGE(" #c ")")
#define VM_WARN_ON_ONCE_PAGE(c, page)	__mmcheck_warn(c, "VM_WARN_ON_ONCE_PAGE(" #c ")")
#define VM_WARN_ON_FOLIO(c, folio)	__mmcheck_warn(c, "VM_WARN_ON_FOLIO(" #c ")")
#define VM_WARN_ON_ONCE_FOLIO(c, folio)	__mmcheck_warn(c, "VM_WARN_ON_ONCE_FOLIO(" #c ")")
#define VM_WARN_ON_ONCE_MM(c, mm)	__mmcheck_warn(c, "VM_WARN_ON_ONCE_MM(" #c ")")
#define VM_WARN_ON_ONCE_VMA(c, vma)	__mmcheck_warn(c, "VM_WARN_ON_ONCE_VMA(" #c ")")
#define VM_WARN_ON_VMG(c, vmg)		__mmcheck_warn(c, "VM_WARN_ON_VMG(" #c ")")

/* Compiled out: CONFIG_DEBUG_VIRTUAL and CONFIG_DEBUG_VM_PGFLAGS are not set. */
#define VIRTUAL_BUG_ON(c)		((void)0)
#define VIRTUAL_WARN_ON(c)		((void)0)
#define VM_BUG_ON_PGFLAGS(c, page)	((void)0)

#endif /* _LINUX_MMDEBUG_H */
