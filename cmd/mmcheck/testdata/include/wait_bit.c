// SPDX-License-Identifier: MIT
/*
 * wait_bit: does who waits for a bit, or a variable, go on when it is woken, and only then?
 *
 * Result: holds
 * Result: SILENT: violated deadlock
 * Result: SIGNALS: holds
 */

#ifdef SIGNALS
#define MM_SIGNALS 1
#endif

#include <linux/capability.h>
#include <linux/sched/signal.h>
#include <linux/wait_bit.h>
#include <mmcheck.h>

static unsigned long flags = 3;
static int count, users;

THREAD(wait, NULL)
{
	int error = wait_on_bit(&flags, 1, TASK_UNINTERRUPTIBLE);

	assert(!error && !test_bit(1, &flags));
	wait_var_event(&count, READ_ONCE(count) == 1);
	assert(READ_ONCE(count) == 1);
}

THREAD(wake, NULL)
{
	clear_bit(1, &flags);
	wake_up_bit(&flags, 1);
	clear_and_wake_up_bit(0, &flags);
	WRITE_ONCE(count, 1);
#ifndef SILENT
	wake_up_var(&count);
#endif
}

THREADS(lock, 2, NULL)
{
	int error = wait_on_bit_lock(&flags, 0, TASK_KILLABLE);

	assert(!error || (error == -EINTR && IS_ENABLED(MM_SIGNALS)));
	if (error)
		return;
	assert(++users == 1);
	users--;
	clear_and_wake_up_bit(0, &flags);
}

THREAD(more, NULL)
{
	static unsigned long free;

	assert(!wait_on_bit_io(&free, 0, TASK_UNINTERRUPTIBLE));
	assert(!wait_on_bit_lock_io(&free, 0, TASK_UNINTERRUPTIBLE));
	clear_bit(0, &free);
	assert(!wait_var_event_killable(&free, !free));
}

THREAD(allowed, NULL)
{
	unsigned long limit = rlimit(RLIMIT_MEMLOCK);

	assert(limit == 0 || limit == RLIM_INFINITY);
	if (capable(CAP_IPC_LOCK) && ns_capable(NULL, CAP_SYS_ADMIN) && ns_capable_noaudit(NULL, CAP_KILL))
		assert(rlimit_max(RLIMIT_AS) != 1 && task_rlimit(current, RLIMIT_AS) != 1);
	else if (perfmon_capable() || bpf_capable())
		return;
}
