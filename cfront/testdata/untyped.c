/* Types that nothing declares, where the parser takes them for names. */
#include <mmcheck.h>

struct ops {
	int open;
	frob_t (*fault)(int x); /* ERROR "unknown type name 'frob_t'" */
};

static int f(frob2_t (*g)(int)) /* ERROR "unknown type name 'frob2_t'" */
{
	return 0;
}

FROB_DEFINE(x) /* ERROR "unknown macro 'FROB_DEFINE'" */
{
}

THREAD(t, NULL)
{
	f(0);
}
