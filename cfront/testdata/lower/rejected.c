/* What is C, passes the checks, and still cannot be modelled. */
/* SPDX-License-Identifier: MIT */

#include <linux/kernel.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <mmcheck.h>

struct s { int x; void *any; struct rw_semaphore sem; };
struct u { struct s in; };

union locked { struct rw_semaphore sem; int word; };
union halves { unsigned int half[2]; unsigned long all; unsigned int flags : 5; };

static union locked locked;		/* ERROR "'sem', in a union with what is no part of the model" */
static union halves halves;
static struct s global, *ptr;
static int table[4], flag;
static struct rw_semaphore sem;
extern int elsewhere;			/* ERROR "'elsewhere' is declared only: define it in this spec" */
extern int here, here;

static int never(void)
{
	int n;				/* ERROR "'n' is read before anything is written to it" */

	n++;
	return n + elsewhere + here;
}

int here = 3;

static bool two(void)
{
	flag = 0;			/* ERROR "the condition of WAIT_UNTIL must not change anything" */
	return flag;
}

THREAD(natives, NULL)
{
	void *p;

	never();
	kmalloc(8, GFP_KERNEL);		/* ERROR "cannot tell what kmalloc allocates; assign it to a typed pointer" */
	p = kmalloc(8, GFP_KERNEL);	/* ERROR "cannot tell what kmalloc allocates" */
	ptr = kmalloc(sizeof(ptr), GFP_KERNEL);	/* ERROR "kmalloc\(\) of 8 bytes for struct s, which takes [0-9]+" */
	ptr = kzalloc(sizeof(*ptr) + 8, GFP_KERNEL);
	down_read(p = ptr);
	global.any = ptr;
	kfree("text");			/* ERROR "a string given to kfree" */
	sem.__native_rwsem = 1;		/* ERROR "struct rw_semaphore is a native cell" */
}

THREAD(pointers, NULL)
{
	struct u *u = (struct u *)ptr;
	unsigned long n = (unsigned long)ptr >> 4; /* ERROR "the address of an object is calculated with: objects have no addresses in numbers" */
	int local, *p = &local;
	int i = nondet(0, 3);

	flag = (int)(unsigned long)ptr;	/* ERROR "the address of an object is cut to 32 bits" */
	flag = p[i];
	flag = n;
	(void)u;
}

THREAD(unions, NULL)
{
	int i = nondet(0, 1);
	unsigned long *all = &halves.all; /* ERROR "the address of a member of a union that shares its bytes with others" */

	locked.word = 1;
	halves.half[i] = 2;		/* ERROR "a variable index into a member of a union that shares its bytes" */
	memset(&global, i, sizeof(global)); /* ERROR "memset\(\) to what is not constant" */
	memcpy(&global, &halves, sizeof(halves)); /* ERROR "a copy of union halves to struct s: their bytes are not known" */
	memset(&halves, 0, 3);		/* ERROR "memset\(\) of other than a constant number of whole objects; a union halves takes 8 bytes" */
	ptr = kmalloc(i * sizeof(*ptr), GFP_KERNEL); /* ERROR "kmalloc\(\) of a number of objects that is not constant" */
	all = kmalloc(i + sizeof(long), GFP_KERNEL); /* ERROR "kmalloc\(\) of a size that is not constant" */
}

THREAD(choices, NULL)
{
	int i = nondet(0, 3);

	flag = nondet(0, i);		/* ERROR "the bounds of nondet\(\) must be constant" */
	flag = nondet(3, 2);		/* ERROR "nondet\(3, 2\) has no value" */
	flag = nondet(0, 9999);		/* ERROR "more than 256 values" */
}

THREAD(atomic, NULL)
{
	int i;

	ATOMIC {
		flag = nondet(0, 1);	/* ERROR "nondet\(\) is a step of its own" */
	}
	ATOMIC {
		flag = 1;
		WAIT_UNTIL(flag);	/* ERROR "WAIT_UNTIL must come first in ATOMIC" */
	}
	ATOMIC {			/* ERROR "a loop that a goto makes" */
again:
		if (flag--)
			goto again;
	}
	goto inside;			/* ERROR "goto into ATOMIC" */
	ATOMIC {
inside:
		flag = 1;
	}
	for (i = 0; i < 3; i++)
		WAIT_UNTIL(two());
	WAIT_UNTIL(down_read_trylock(&sem)); /* ERROR "down_read_trylock\(\) cannot be part of the condition" */
	WAIT_UNTIL(flag++);		/* ERROR "must not change anything" */
}

typedef int number_t(int n);

static number_t *again;

static int deep(int n)
{
	return n ? again(n - 1) : 0;	/* ERROR "recursion is not supported: 'deep' is called while it runs, through a function pointer" */
}

THREAD(functions, NULL)
{
	int (*alloc)(struct rw_semaphore *) = down_read_trylock; /* ERROR "'down_read_trylock' has no address here: wrap it in a function of the spec" */

	again = deep;
	flag = again(2);
	ptr = (struct s *)again;	/* ERROR "conversion of number_t \* to struct s" */
	again = (number_t *)alloc;	/* ERROR "conversion of int \(\*\)\(struct rw_semaphore \*\) to number_t" */
	WAIT_UNTIL(again(1));		/* ERROR "a call through a pointer cannot be part of the condition of WAIT_UNTIL" */
}
