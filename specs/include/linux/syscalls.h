/* SPDX-License-Identifier: MIT */
/*
 * This file turns a system call definition into a function that a spec calls
 * as sys_NAME(). The system calls themselves live beside the code they enter:
 * <mm/mmap.h>, <mm/mprotect.h>, <mm/brk.h>.
 */
#ifndef _LINUX_SYSCALLS_H
#define _LINUX_SYSCALLS_H

#include <linux/compiler.h>
#include <linux/linkage.h>
#include <linux/types.h>

#define SYSCALL_DEFINE0(name) \
	static long __maybe_unused sys_##name(void)
#define SYSCALL_DEFINE1(name, t1, a1) \
	static long __maybe_unused sys_##name(t1 a1)
#define SYSCALL_DEFINE2(name, t1, a1, t2, a2) \
	static long __maybe_unused sys_##name(t1 a1, t2 a2)
#define SYSCALL_DEFINE3(name, t1, a1, t2, a2, t3, a3) \
	static long __maybe_unused sys_##name(t1 a1, t2 a2, t3 a3)
#define SYSCALL_DEFINE4(name, t1, a1, t2, a2, t3, a3, t4, a4) \
	static long __maybe_unused sys_##name(t1 a1, t2 a2, t3 a3, t4 a4)
#define SYSCALL_DEFINE5(name, t1, a1, t2, a2, t3, a3, t4, a4, t5, a5) \
	static long __maybe_unused sys_##name(t1 a1, t2 a2, t3 a3, t4 a4, t5 a5)
#define SYSCALL_DEFINE6(name, t1, a1, t2, a2, t3, a3, t4, a4, t5, a5, t6, a6) \
	static long __maybe_unused sys_##name(t1 a1, t2 a2, t3 a3, t4 a4, t5 a5, t6 a6)

#endif /* _LINUX_SYSCALLS_H */
