/* What gcc refuses, and what would change a meaning unseen. */
#include <mmcheck.h>

static int x, from[2], to[2];
struct bits { unsigned int a : 3; unsigned int : 0; int wide : 40; /* ERROR "bit-field 'wide' is wider than its type" */ };
struct zero { int z : 0; }; /* ERROR "width of bit-field 'z' is 0" */
struct text { char *p : 3; }; /* ERROR "bit-field 'p' is no integer" */
static struct bits b;
struct outer { struct nowhere in; }; /* ERROR "size of member 'in' is not known" */
static struct nowhere global; /* ERROR "size of 'global' is not known: 'struct nowhere' is not defined" */
extern struct nowhere elsewhere;
static nothing; /* ERROR "declaration of 'nothing' without a type" */
DEFINE_FROB(thing); /* ERROR "unknown macro 'DEFINE_FROB'" */
#define __weird	__attribute__((weird))
static int harmless __attribute__((unused, section("x"))), odd __weird; /* ERROR "attribute 'weird' is not supported" */
typedef int byte __attribute__((mode(QI))); /* ERROR "attribute 'mode' is not supported" */
enum small { SMALL } __attribute__((packed)); /* ERROR "attribute 'packed' is not supported here" */
static _Atomic int counter; /* ERROR "'_Atomic' is not supported" */
static int shadow asm("x"); /* ERROR "name for the assembler is not supported" */
static int global_cleanup __attribute__((cleanup(drop))); /* ERROR "'cleanup' is supported for local variables only" */

static void __attribute__((constructor)) first(void) /* ERROR "attribute 'constructor' is not supported" */
{
}

untyped(void) /* ERROR "function 'untyped' has no type" */
{
	return 0;
}

static void unlock(struct mutex **p)
{
	(void)p;
}

static int slot(void)
{
	return 0;
}

static struct nowhere lost(void); 
static int known[sizeof(struct mutex)];

THREAD(t, NULL)
{
	struct nowhere local, *fine; /* ERROR "size of 'local' is not known" */
	struct nowhere array[2]; /* ERROR "size of 'array' is not known" */
	int wrong __attribute__((cleanup(unlock))) = 0; /* ERROR "'unlock' cannot clean up 'wrong': it must take a pointer to int" */
	int gone __attribute__((cleanup(nobody))) = 0; /* ERROR "no function 'nobody' with a body" */
	void empty; /* ERROR "variable 'empty' is declared void" */
	int copy[2] = from; /* ERROR "invalid initialiser of array 'copy'" */
	register int reg = 0;

	to = from; /* ERROR "cannot assign to an array as a whole" */
	x = (long)&b.a; /* ERROR "cannot take the address of bit-field 'a'" */
	x = *&reg; /* ERROR "cannot take the address of register variable 'reg'" */
	x = sizeof(b.a); /* ERROR "bit-field 'a' has no size in bytes" */
	x = sizeof(slot());
	if (b) /* ERROR "a struct bits is neither true nor false" */
		x = known[0];
	(void)fine;
	(void)array;
	(void)copy;
}

enum unsigned_enum { NOTHING };
_Static_assert((enum unsigned_enum)0 - 1 < 0, "an enum is unsigned"); /* ERROR "static assertion failed: .an enum is unsigned" */
_Static_assert((enum unsigned_enum)0 - 1 > 0 || sizeof(int) == 4, "fine");
