/* SPDX-License-Identifier: MIT */
/*
 * This file lets functions that no probe may be put into be pasted as they are.
 */
#ifndef _LINUX_KPROBES_H
#define _LINUX_KPROBES_H

#define __kprobes
#define nokprobe_inline	inline
#define NOKPROBE_SYMBOL(fname)

#endif /* _LINUX_KPROBES_H */
