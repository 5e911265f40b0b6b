// SPDX-License-Identifier: MIT
/*
 * user_values: may a value be had from a program, or given to it, where it may sleep?
 *
 * Result: holds
 * Result: SPIN: violated atomic-sleep
 * Result: FAILS: violated assert
 */

#include <linux/mm.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <mmcheck.h>

static struct mm_struct mm;
static DEFINE_SPINLOCK(lock);

INIT
{
	mm_init(&mm);
}

THREAD(t, &mm)
{
	int __user *at = NULL;
	int x = 5, error;

#ifdef SPIN
	spin_lock(&lock);
#endif
	error = get_user(x, at);
	assert(x == 0 || x == 1);
#ifdef FAILS
	assert(!error);
#endif
	pagefault_disable();
	error = __get_user(x, at);
	pagefault_enable();
	error = put_user(x, at);
	assert(error == 0 || error == -EFAULT);
	error = __put_user(x, at);
#ifdef SPIN
	spin_unlock(&lock);
#endif
}
