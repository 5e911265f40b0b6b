/* Names that nothing declares, one error each: the parser gets over them. */
#include <frob/frob.h> /* ERROR "include file not found: frob/frob.h \[include\]" */
#include <mmcheck.h>

static struct mm_struct mm;
static DEFINE_EACH(struct mm_struct, mms); /* ERROR "unknown macro 'DEFINE_EACH'" */
static DEFINE_FROB(lock); /* ERROR "unknown macro 'DEFINE_FROB'" */
static frob_t total; /* ERROR "unknown type name 'frob_t'" */
__frob_first int first; /* ERROR "unknown macro '__frob_first'" */
static int last __frob_last = 1; /* ERROR "unknown macro '__frob_last'" */
FROB_LICENSE("none"); /* ERROR "unknown macro 'FROB_LICENSE'" */

struct own {
	DECLARE_FROB(map, 64); /* ERROR "unknown macro 'DECLARE_FROB'" */
	frob64_t stamp __frob_aligned; /* ERROR "unknown type name 'frob64_t'" / ERROR "unknown macro '__frob_aligned'" */
	int count;
};

static inline unsigned long __frob_check checked(void) /* ERROR "unknown macro '__frob_check'" */
{
	return (frob64_t)1;
}

static int length(char __frob_user *p, frobs_t n) /* ERROR "'__frob_user'" / ERROR "'frobs_t'" */
{
	struct frob_ctl ctl = { .n = 1 }; /* ERROR "'struct frob_ctl' is not defined, it has no members" */

	ctl.n = n;
	frob_for_each(n, p) { /* ERROR "unknown macro 'frob_for_each'" */
		frob_one(n); /* ERROR "no function or macro 'frob_one' \[no-model\]" */
		frob_one(n);
	}
	return ctl.n + FROB_MAX; /* ERROR "'FROB_MAX' undeclared" */
}

THREAD(t, &mm)
{
	FROB_STATE(state, &mm); /* ERROR "no function or macro 'FROB_STATE'" */
	int y = (frob2_t)3 + frob_cmp(mm.brk, >=, 3); /* ERROR "'frob2_t'" / ERROR "'frob_cmp'" */
	frob3_t *p = NULL; /* ERROR "unknown type name 'frob3_t'" */

	frob_lock(&lock); /* ERROR "no function or macro 'frob_lock'" */
	state = y;
	mm.frob = 3; /* ERROR "'struct mm_struct' has no member named 'frob'" */
	total = p == NULL;
}
