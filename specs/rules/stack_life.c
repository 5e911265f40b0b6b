// SPDX-License-Identifier: MIT
/*
 * stack_life: how long does a local variable live that others have a pointer to?
 *
 * Its life ends where its block is left, by whatever way: a pointer that is kept beyond
 * that dangles, also where the block is entered anew, which is a new variable (C11
 * 6.2.4). To keep such a pointer, to copy and to compare it is nobody's harm (KEPT).
 *
 * Within one thread, a pointer to a variable of a block that was left by its end (BLOCK),
 * break (BREAK), continue (CONTINUE), goto (GOTO) or return (RETURN); to one of the last
 * turn of a loop (TURN); to a parameter (PARAM), a member (MEMBER) or what is around one
 * (AROUND), an element of an array (ELEMENT), a scalar (SCALAR), the variable of a for
 * loop (LOOP), a compound literal (LITERAL); to one of a function that returned it
 * (RETURNED), or that a statement expression is worth (EXPRESSION). A goto backwards
 * within the block ends nothing (BACK). A variable with a cleanup lives until that is done
 * (CLEANUP), and no longer (CLEANUP LATE).
 *
 * Between two threads, a waiter with its entry on its stack: the waker looks at it once
 * more behind the store that lets the waiter go on (WAKER), or does not (WAKER ONCE); it
 * wakes a task that it reads from the entry (TASK LATE), or has read before (TASK); a
 * completion on the stack (COMPLETION), which the waiter gives up on (COMPLETION TIMEOUT);
 * an entry on a list (LIST), which the owner forgets to take off (LIST FORGET). The stack
 * of a thread is gone with the thread (THREAD_ENDS), and FINAL does not see it either
 * (FINAL_LOOKS), nor does anybody what INIT had on its stack (INIT_LOCAL).
 *
 * What is only passed down costs nothing: PASSED has no state more than a function that is
 * given the value. An object to which only a dead variable led is lost (LOST), as one to
 * which only a register led.
 *
 * Result: KEPT: holds
 * Result: BLOCK: violated use-after-free
 * Result: BREAK: violated use-after-free
 * Result: CONTINUE: violated use-after-free
 * Result: GOTO: violated use-after-free
 * Result: RETURN: violated use-after-free
 * Result: TURN: violated use-after-free
 * Result: PARAM: violated use-after-free
 * Result: MEMBER: violated use-after-free
 * Result: AROUND: violated use-after-free
 * Result: ELEMENT: violated use-after-free
 * Result: SCALAR: violated use-after-free
 * Result: LOOP: violated use-after-free
 * Result: LITERAL: violated use-after-free
 * Result: RETURNED: violated use-after-free
 * Result: EXPRESSION: violated use-after-free
 * Result: ATOMICALLY: violated use-after-free
 * Result: BACK: holds
 * Result: CLEANUP: holds
 * Result: CLEANUP LATE: violated use-after-free
 * Result: WAKER: violated use-after-free
 * Result: WAKER ONCE: holds
 * Result: TASK: holds
 * Result: TASK LATE: violated use-after-free
 * Result: COMPLETION: holds
 * Result: COMPLETION TIMEOUT: violated use-after-free
 * Result: LIST: holds
 * Result: LIST FORGET: violated use-after-free
 * Result: THREAD_ENDS: violated use-after-free
 * Result: FINAL_LOOKS: violated use-after-free
 * Result: INIT_LOCAL: violated use-after-free
 * Result: PASSED: holds, 7 states
 * Result: PASSED VALUE: holds, 7 states
 * Result: LOST: violated leak
 * Result: LOST POINTER: violated leak
 * Result: LOST FREE: holds
 */

#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <mmcheck.h>

struct part {
	int b;
};

struct in {
	int a;
	struct part part;
	bool *done;
	struct in *next;
	struct task_struct *task;
};

static struct in *gp;
static struct mutex lock;

#if KEPT

THREAD(t, NULL)
{
	struct in *p = NULL, *q;

	for (int i = 0; i < 2; i++) {
		struct in x = { .a = i };

		if (p == &x)	/* the same place, or not */
			x.a = 2;
		p = &x;
		p->a++;
	}
	q = p;
	assert(q == p && q);
	{
		struct in y = { 0 };

		p = &y;
		p->a = 1;
	}
	gp = p;
}

#elif BLOCK

THREAD(t, NULL)
{
	struct in *p;

	{
		struct in x = { 0 };

		p = &x;
		p->a = 1;
	}
	p->a = 2;
}

#elif BREAK || CONTINUE || GOTO || TURN

THREAD(t, NULL)
{
	struct in *p = NULL;
	int i;

	for (i = 0; i < 2; i++) {
		struct in x = { 0 };

#if TURN
		if (p)
			p->a = 2;
#endif
		p = &x;
#if BREAK
		break;
#elif CONTINUE
		continue;
#elif GOTO
		goto out;
#endif
	}
#if !TURN
	goto out;
out:
	p->a = 2;
#endif
}

#elif RETURN

static void f(int how)
{
	struct in x = { 0 };

	gp = &x;
	if (how)
		return;
	gp = NULL;
}

THREAD(t, NULL)
{
	f(nondet(0, 1));
	if (gp)
		gp->a = 2;
}

#elif PARAM

static void f(struct in x)
{
	gp = &x;
	x.a = 1;
	gp->a++;
}

THREAD(t, NULL)
{
	struct in x = { 0 };

	f(x);
	gp->a = 2;
}

#elif MEMBER

static struct part *inner(struct in *x)
{
	return &x->part;
}

THREAD(t, NULL)
{
	struct part *p;

	{
		struct in x = { 0 };

		p = inner(&x);
		p->b = 1;
	}
	p->b = 2;
}

#elif AROUND

THREAD(t, NULL)
{
	struct in *outer;

	{
		struct in x = { 0 };
		struct part *p = NULL;

		if (nondet(0, 1))
			p = &x.part;
		if (!p)
			return;
		outer = container_of(p, struct in, part);
	}
	outer->a = 2;
}

#elif ELEMENT

static int *p;

static void f(void)
{
	int a[3] = { 0 };

	p = &a[1];
	*p = 1;
	p = &a[2];
}

THREAD(t, NULL)
{
	f();
	*p = 2;
}

#elif SCALAR

THREAD(t, NULL)
{
	int *p, other = 0;

	p = &other;
	(*p)++;
	{
		int a = 1;

		if (nondet(0, 1))
			p = &a;
	}
	assert(*p == 1);
}

#elif LOOP

THREAD(t, NULL)
{
	int *p = NULL;

	for (int i = 0; i < 2; i++) {
		if (p)
			(*p)++;
		p = &i;
	}
	assert(*p == 2);
}

#elif LITERAL

static void f(void)
{
	gp = &(struct in){ .a = 1 };
	gp->a++;
}

THREAD(t, NULL)
{
	f();
	assert(gp->a == 2);
}

#elif RETURNED

static struct in *same(struct in *x)
{
	return x;
}

static struct in *f(void)
{
	struct in x = { .a = 1 };

	return same(&x);
}

THREAD(t, NULL)
{
	f()->a = 2;
}

#elif EXPRESSION

THREAD(t, NULL)
{
	struct in *p = ({ struct in x = { 0 }; x.a = 1; &x; });

	p->a = 2;
}

#elif ATOMICALLY

THREAD(t, NULL)
{
	struct in *p;

	ATOMIC {
		struct in x = { 0 };

		p = &x;
	}
	p->a = 2;
}

#elif BACK

THREAD(t, NULL)
{
	struct in *p = NULL;
	struct in x;

again:
	if (p)
		p->a++;
	x.a = 1;
	if (!p) {
		p = &x;
		goto again;
	}
}

#elif CLEANUP

static void end(struct in *x)
{
	x = gp;
	x->a++;
}

THREAD(t, NULL)
{
	struct in x __attribute__((cleanup(end))) = { 0 };

	{
#if LATE
		struct in y = { 0 };

		gp = &y;
#else
		gp = &x;
#endif
		gp->a++;
	}
}

#elif WAKER

static void wait(void)
{
	bool done = false;
	struct in w = { .done = &done };

	WRITE_ONCE(gp, &w);
	WAIT_UNTIL(done);
#if ONCE
	WRITE_ONCE(gp, NULL);
#endif
}

THREAD(waiter, NULL)
{
	wait();
}

THREAD(waker, NULL)
{
	struct in *w = READ_ONCE(gp);

	if (w) {
		WRITE_ONCE(*w->done, true);
#if !ONCE
		WRITE_ONCE(w->next, NULL);
#endif
	} else {
		WAIT_UNTIL(gp);
		WRITE_ONCE(*gp->done, true);
	}
}

#elif TASK

static void wait(void)
{
	struct in w = { .task = current };

	WRITE_ONCE(gp, &w);
	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (READ_ONCE(w.a))
			break;
		schedule();
	}
	set_current_state(TASK_RUNNING);
}

THREAD(waiter, NULL)
{
	wait();
}

THREAD(waker, NULL)
{
	struct task_struct *task;
	struct in *w;

	WAIT_UNTIL(gp);
	w = READ_ONCE(gp);
#if !LATE
	task = w->task;
#endif
	WRITE_ONCE(w->a, 1);
#if LATE
	task = w->task;
#endif
	wake_up_process(task);
}

#elif COMPLETION

static struct completion *started;

static void wait(void)
{
	DECLARE_COMPLETION_ONSTACK(c);

	WRITE_ONCE(started, &c);
#if TIMEOUT
	if (nondet(0, 1))
		return;
#endif
	wait_for_completion(&c);
}

THREAD(waiter, NULL)
{
	wait();
}

THREAD(worker, NULL)
{
	WAIT_UNTIL(started);
	complete(started);
}

#elif LIST

static void wait(void)
{
	struct in w = { 0 };

	mutex_lock(&lock);
	w.next = gp;
	gp = &w;
	mutex_unlock(&lock);
	mutex_lock(&lock);
#if !FORGET
	gp = w.next;
#endif
	mutex_unlock(&lock);
}

THREAD(waiter, NULL)
{
	wait();
}

THREAD(waker, NULL)
{
	struct in *w;

	mutex_lock(&lock);
	for (w = gp; w; w = w->next)
		w->a = 1;
	mutex_unlock(&lock);
}

#elif THREAD_ENDS || FINAL_LOOKS

THREAD(t, NULL)
{
	struct in x = { 0 };

	WRITE_ONCE(gp, &x);
}

#if THREAD_ENDS
THREAD(u, NULL)
{
	struct in *p = READ_ONCE(gp);

	if (p)
		WRITE_ONCE(p->a, 1);
}
#else
FINAL
{
	assert(gp->a == 0);
}
#endif

#elif INIT_LOCAL

INIT
{
	struct in x = { 0 };

	gp = &x;
	gp->a = 1;
}

THREAD(t, NULL)
{
	gp->a = 2;
}

#elif PASSED

static int seen;

#if VALUE
static void use(int a)
{
	WRITE_ONCE(seen, a);
}
#else
static void use(struct in *x)
{
	x->a++;
	WRITE_ONCE(seen, x->a);
}
#endif

THREAD(t, NULL)
{
	for (int i = 0; i < 3; i++) {
		struct in x = { .a = i };

#if VALUE
		use(x.a + 1);
#else
		use(&x);
#endif
	}
}

#elif LOST

struct holder {
	struct in *in;
};

static struct holder *shown;
static struct in **shown_in;

static void f(void)
{
#if POINTER
	struct in *in = kzalloc(sizeof(*in), GFP_KERNEL);

	shown_in = &in;
	shown_in = NULL;
#else
	struct holder h = { .in = kzalloc(sizeof(*h.in), GFP_KERNEL) };

	shown = &h;
#if FREE
	kfree(shown->in);
#endif
	shown = NULL;
#endif
}

THREAD(t, NULL)
{
	f();
}

#endif
