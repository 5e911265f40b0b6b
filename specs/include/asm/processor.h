/* SPDX-License-Identifier: MIT */
/*
 * This file says how a processor waits in a loop that polls.
 */
#ifndef _ASM_PROCESSOR_H
#define _ASM_PROCESSOR_H

#define cpu_relax()	((void)0)

#endif /* _ASM_PROCESSOR_H */
