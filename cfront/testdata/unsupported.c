/* C that has no place in a model. */
#include <mmcheck.h>

struct ops {
	int (*get)(int);
	union { int a; long b; } u;
	struct { int x, y; };
	int : 3;
	float ratio; /* ERROR "floating point is not supported" */
	__int128 wide; /* ERROR "integers of more than 64 bits" */
};

static int twice(int x)
{
	return 2 * x;
}

static int sum(int n, ...) /* ERROR "definition of 'sum' with variable arguments is not supported" */
{
	return n;
}

static void callback(int (*f)(int), int n)
{
	int vla[n]; /* ERROR "array 'vla' has no constant size" */
	int x = f(n);
	double d = 1.5; /* ERROR "floating" */ /* ERROR "floating point is not supported" */
	void *where = &&out; /* ERROR "addresses of labels are not supported" */
	int inner(int y) { return y + 1; } /* ERROR "nested function 'inner' is not supported" */

	vla[0] = inner(x);
	asm volatile("nop" ::: "memory"); /* ERROR "inline assembly is not supported" */
	goto *where; /* ERROR "computed goto is not supported" */
out:
	return;
}

struct twice { int a, b; };

static int tags(void)
{
	struct twice *early = NULL; /* ERROR "'twice' is another type from line [0-9]+ on" */
	struct later;
	struct later *l = NULL;
	struct twice { char a; } t = { 0 };
	struct later { int x; } v = { 0 };

	l = &v;
	return sizeof(*early) + t.a + l->x;
}

THREAD(t, NULL)
{
	tags();
	callback(twice, sum(1, 2));
}
