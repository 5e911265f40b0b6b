// SPDX-License-Identifier: MIT
/*
 * rcu: how long does each way to free wait, and what do the ways to load a pointer ask?
 *
 * Result: FREE=kfree_rcu(old,head): holds
 * Result: FREE=kvfree_rcu(old,head): holds
 * Result: FREE=kfree_rcu_mightsleep(old): holds
 * Result: FREE=call_rcu(&old->head,free_object): holds
 * Result: FREE=synchronize_rcu();kfree(old): holds
 * Result: FREE=synchronize_rcu_expedited();kfree(old): holds
 * Result: FREE=kfree(old): violated use-after-free
 * Result: FREE=kfree_rcu_mightsleep(replace()) LATE: holds
 * Result: FREE=synchronize_sched();kfree(old): holds
 * Result: FREE=synchronize_sched();kfree(old) SCHED: holds
 * Result: FREE=synchronize_rcu();kfree(old) BH: holds
 * Result: FREE=kfree(old) SCHED: violated use-after-free
 * Result: BARRIER: holds
 * Result: WRONG=rcu_dereference(object): violated rcu-misuse
 * Result: WRONG=rcu_dereference_check(object,writer&2): violated rcu-misuse
 * Result: WRONG=rcu_dereference_protected(object,writer&2): violated assert
 * Result: WRONG=rcu_replace_pointer(object,NULL,writer&2): violated assert
 * Result: WRONG=(rcu_read_lock(),synchronize_rcu(),object): violated rcu-misuse
 */

#include <linux/rcupdate.h>
#include <mmcheck.h>

struct object {
	int value;
	struct rcu_head head;
};

static struct object __rcu *object;
static int writer = 1, freed;

static void __maybe_unused free_object(struct rcu_head *head)
{
	struct object *old = container_of(head, struct object, head);

	freed++;
	kfree(old);
}

static struct object *make(int value)
{
	struct object *new = kmalloc(sizeof(*new), GFP_KERNEL);

	new->value = value;
	return new;
}

static struct object *__maybe_unused replace(void)
{
	return rcu_replace_pointer(object, make(2), writer == 1);
}

INIT
{
	RCU_INIT_POINTER(object, make(0 + 1));
}

#ifdef FREE

THREAD(update, NULL)
{
#ifdef LATE
	FREE;	/* the argument comes before the wait */
#else
	struct object *old = rcu_replace_pointer(object, make(2), writer == 1);

	assert(old->value == 1);
	FREE;
#endif
}

THREAD(read, NULL)
{
	struct object *mine;

#if defined(SCHED)
	rcu_read_lock_sched();
	mine = rcu_dereference_sched(object);
#elif defined(BH)
	rcu_read_lock_bh();
	mine = rcu_dereference_bh(object);
#else
	rcu_read_lock();
	mine = rcu_dereference(object);
#endif
	assert(rcu_read_lock_held() && rcu_dereference_raw(object));
	RCU_LOCKDEP_WARN(!rcu_read_lock_held(), "outside");
	assert(mine->value == 1 || mine->value == 2);
#if defined(SCHED)
	rcu_read_unlock_sched();
#elif defined(BH)
	rcu_read_unlock_bh();
#else
	rcu_read_unlock();
#endif
	assert(!rcu_read_lock_held());
}

#elif defined(BARRIER)

THREAD(update, NULL)
{
	struct object *old = rcu_access_pointer(object);

	rcu_assign_pointer(object, NULL);
	call_rcu(&old->head, free_object);
	rcu_barrier();
	assert(freed == 1);
	kfree_rcu_mightsleep(object);
}

#else

THREAD(alone, NULL)
{
	struct object *mine;

	assert(rcu_access_pointer(object)->value == 1);
	mine = rcu_dereference_protected(object, writer & 1);
	assert(mine->value == 1);
	assert(rcu_dereference_check(object, writer | 2) == mine);
	rcu_read_lock();
	assert(rcu_dereference_check(object, writer & 2) == mine);
	rcu_read_unlock();
	mine = WRONG;
	(void)mine;
}

#endif
