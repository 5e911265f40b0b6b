/* SPDX-License-Identifier: MIT */
/*
 * This file waits for bits and variables that have no wait queue of their own. All of a
 * spec share one, as those do in the kernel whose addresses have one hash: who is woken
 * looks again.
 */
#ifndef _LINUX_WAIT_BIT_H
#define _LINUX_WAIT_BIT_H

#include <linux/bitops.h>
#include <linux/wait.h>

static __maybe_unused DECLARE_WAIT_QUEUE_HEAD(__mmcheck_bit_queue);

#define __mmcheck_wait_on_bit(free, state) ({				\
	might_sleep();							\
	(free) ? 0 : __mmcheck_wait_event(__mmcheck_bit_queue, (free), state) ? -EINTR : 0; \
})
#define wait_on_bit(word, bit, state) \
	__mmcheck_wait_on_bit(!test_bit(bit, word), state)
#define wait_on_bit_io(word, bit, state)	wait_on_bit(word, bit, state)
#define wait_on_bit_lock(word, bit, state) ({				\
	int __error = 0;						\
	while (!__error && test_and_set_bit(bit, word))			\
		__error = wait_on_bit(word, bit, state);		\
	__error;							\
})

#define wake_up_bit(word, bit)		((void)(word), wake_up(&__mmcheck_bit_queue))
#define clear_and_wake_up_bit(bit, word) \
	do { clear_bit(bit, word); wake_up_bit(word, bit); } while (0)

#define wait_on_bit_lock_io(word, bit, state)	wait_on_bit_lock(word, bit, state)

#define wait_var_event(var, cond)	wait_event(__mmcheck_bit_queue, cond)
#define wait_var_event_killable(var, cond)	wait_event_killable(__mmcheck_bit_queue, cond)
#define wake_up_var(var)		((void)(var), wake_up(&__mmcheck_bit_queue))

#define bit_waitqueue(word, bit)	((void)(word), (void)(bit), &__mmcheck_bit_queue)
#define __var_waitqueue(var)		((void)(var), &__mmcheck_bit_queue)

#if MM_WAIT_ENTRIES
/* Who waits by hand says what for; whoever is woken looks again. */
struct wait_bit_key {
	void *flags;
	int bit_nr;
	unsigned long timeout;
};

struct wait_bit_queue_entry {
	struct wait_bit_key key;
	struct wait_queue_entry wq_entry;
};

static inline void init_wait_var_entry(struct wait_bit_queue_entry *wbq_entry, void *var, int flags)
{
	wbq_entry->key.flags = var;
	wbq_entry->key.bit_nr = -1;
	init_wait_entry(&wbq_entry->wq_entry, flags);
}
#endif

#endif /* _LINUX_WAIT_BIT_H */
