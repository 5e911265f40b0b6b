/* SPDX-License-Identifier: MIT */
/*
 * This file asks what a task is allowed to do: it may be, and may not.
 */
#ifndef _LINUX_CAPABILITY_H
#define _LINUX_CAPABILITY_H

#include <linux/types.h>

#define CAP_KILL		5
#define CAP_NET_ADMIN		12
#define CAP_IPC_LOCK		14
#define CAP_SYS_RAWIO		17
#define CAP_SYS_PTRACE		19
#define CAP_SYS_ADMIN		21
#define CAP_SYS_NICE		23
#define CAP_SYS_RESOURCE	24
#define CAP_PERFMON		38
#define CAP_CHECKPOINT_RESTORE	40

int nondet(int lo, int hi);

static inline bool capable(int cap __maybe_unused)
{
	return nondet(0, 1);
}

#define ns_capable(ns, cap)	capable(cap)
#define ns_capable_noaudit(ns, cap)	capable(cap)
#define perfmon_capable()	capable(CAP_PERFMON)
#define bpf_capable()		capable(CAP_SYS_ADMIN)

#endif /* _LINUX_CAPABILITY_H */
