/* Switch labels and recursion. */
#include <mmcheck.h>

static int even(int n);

static int odd(int n)
{
	return n ? even(n - 1) : 0;
}

static int even(int n)
{
	return n ? odd(n - 1) : 1; /* ERROR "recursion is not supported: 'even' calls 'odd' calls 'even' \[recursion\]" */
}

static int down(int n)
{
	return n ? down(n - 1) : 0; /* ERROR "recursion is not supported: 'down' calls itself" */
}

static int classify(int n)
{
	switch (n) {
	case 1:
	case 3 ... 5:
		return 1;
	case 4: /* ERROR "duplicate case value 4 \[duplicate-case\]" */
		return 2;
	case 1: /* ERROR "duplicate case value 1" */
		return 3;
	default:
		return 4;
	default: /* ERROR "second 'default' in this switch" */
		return 5;
	}
}

THREAD(t, NULL)
{
	down(odd(classify(1)));
}
