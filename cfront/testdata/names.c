/* Names and operands that the parser itself rejects. */
#include <mmcheck.h>
#define MANY 3

static struct mm_struct mm;
static int counter;

THREAD(t, &mm)
{
	struct mm_struct *ptr = &mm;
	struct unknown *u = 0;
	int local = 0;

	conter = 3; /* ERROR "'conter' undeclared; did you mean 'counter'\? \[undeclared\]" */
	conter = 4;
	counter = locl + MANNY; /* ERROR "'locl' undeclared; did you mean 'local'\?" / ERROR "'MANNY' undeclared; did you mean 'MANY'\?" */
	ptr->mmap_lok = 3; /* ERROR "'struct mm_struct' has no member named 'mmap_lok'; did you mean 'mmap_lock'\? \[member\]" */
	mm.zzz = 3; /* ERROR "'struct mm_struct' has no member named 'zzz' \[member\]" */
	u->x = 3; /* ERROR "'struct unknown' is not defined" */
	mm->brk = 3; /* ERROR "'->' on something that is not a pointer: 'struct mm_struct'" */
	ptr.brk = 3; /* ERROR "'\.' on something that is not a struct: 'struct mm_struct \*'" */
	local = *local; /* ERROR "'\*' on something that is not a pointer: 'int'" */
	local(); /* ERROR "called object is not a function: 'int'" */
	mm = mm + 1; /* ERROR "invalid operands: 'struct mm_struct' and 'int'" */
	break; /* ERROR "'break' outside of a loop" */
	case 3: ; /* ERROR "'case' outside of a switch" */
	lockdep_assert_held(ptr); /* ERROR "no alternative of _Generic for 'struct mm_struct \*'" */
	int local = 1; /* ERROR "redeclaration of 'local'" */
	local = sizeof(struct unknown); /* ERROR "size of an incomplete type: 'struct unknown'" */
	local = 08; /* ERROR "invalid number '08'" */
}

_Static_assert(MANY == 4, "four are needed"); /* ERROR "static assertion failed: four are needed" */
int counter(void); /* ERROR "conflicting types for 'counter'" */
