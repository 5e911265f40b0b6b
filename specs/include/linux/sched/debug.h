/* SPDX-License-Identifier: MIT */
/*
 * This file knows the word for functions that a stack dump leaves out.
 */
#ifndef _LINUX_SCHED_DEBUG_H
#define _LINUX_SCHED_DEBUG_H

#define __sched

#endif /* _LINUX_SCHED_DEBUG_H */
