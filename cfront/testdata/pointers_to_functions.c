/* Types of functions and of pointers to them. */
#include <mmcheck.h>

struct ops {
	int (*get)(int n);
	const struct ops *next;
};

typedef void work_t(void);

static int one(int n) { return n; }
static void nothing(void) { }
static void two(int *p) { *p = 2; }
static long wide(int n) { return n; }
static const struct ops ops = { .get = one, .next = &ops };
static struct ops wrong = { .get = two }; /* ERROR "incompatible pointer types in initialisation of 'get'" */

static int apply(int (*fn)(int), int n)
{
	return fn(n) + (*fn)(n) + (**fn)(n);
}

THREAD(t, NULL)
{
	struct ops o = { &one };
	work_t *work = nothing;
	int (*fn)(int) = o.get;
	void *any;
	int x = apply(one, 1);

	work();
	o.next = &ops;
	o.get = nothing; /* ERROR "incompatible pointer types in assignment" */
	fn = wide; /* ERROR "incompatible pointer types in assignment: want 'int \(\*\)\(int\)', got 'long \(int\)'" */
	fn = work; /* ERROR "incompatible pointer types in assignment" */
	any = fn; /* ERROR "incompatible pointer types in assignment: want 'void \*', got 'int \(\*\)\(int\)'" */
	fn = any; /* ERROR "incompatible pointer types in assignment: want 'int \(\*\)\(int\)', got 'void \*'" */
	fn = NULL;
	fn = 1; /* ERROR "integer becomes a pointer" */
	fn++; /* ERROR "arithmetic with a pointer to a function" */
	x = fn(); /* ERROR "too few arguments to function 'fn': want 1, got 0" */
	x = o.get(1, 2); /* ERROR "too many arguments to function 'o.get': want 1, got 2" */
	x = fn(&o); /* ERROR "pointer becomes an integer without a cast in argument 1 of 'fn'" */
	x = work(); /* ERROR "function 'work' returns no value" */
	x = fn == work; /* ERROR "comparison of incompatible pointer types" */
	fn = x ? NULL : one;
	work = x ? NULL : x ? (void *)0 : nothing;
	fn = x ? x ? NULL : one : x > 1 ? (x ? NULL : one) : 0;
	fn = x ? x ? NULL : one : nothing; /* ERROR "the branches of '\?:' have incompatible pointer types" */
	fn = x ? NULL : nothing; /* ERROR "incompatible pointer types in assignment" */
	x = apply(fn ? one : fn, x) + !fn + (fn == one);
}
