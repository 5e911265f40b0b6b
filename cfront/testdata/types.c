/* Conversions of pointers and integers, const, values that are none. */
#include <mmcheck.h>

static int wide[] = "ab"; /* ERROR "array 'wide' of 'int' initialised by a string" */
static unsigned char narrow[] = "ab";
static struct mm_struct mm;
static const struct mm_struct frozen;
static const int limit = 3;
static int counts[2];

static struct mm_struct *get(struct vm_area_struct *vma)
{
	return vma; /* ERROR "incompatible pointer types in return from 'get': want 'struct mm_struct \*', got 'struct vm_area_struct \*'" */
}

static int none(void)
{
	return; /* ERROR "'return' without a value in function 'none' that returns 'int'" */
}

static void some(void)
{
	return 3; /* ERROR "'return' with a value in function 'some' that returns none" */
}

static int forgets(int x)
{
	if (x)
		return 1;
} /* WARNING "control reaches the end of 'forgets' without a return value" */

static void writes(const struct mm_struct *m, struct mm_struct *const self)
{
	struct mm_struct *p = m; /* WARNING "initialisation of 'p' drops 'const': want 'struct mm_struct \*', got 'const struct mm_struct \*'" */

	m->brk = 1; /* ERROR "cannot assign to read-only 'm->brk' \[const\]" */
	m->seq[0]++; /* ERROR "cannot assign to read-only" */
	m->mmap->vm_start = 1;
	self->brk = 1;
	self = p; /* ERROR "cannot assign to read-only 'self'" */
	m = p;
	frozen.brk += 2; /* ERROR "cannot assign to read-only 'frozen.brk'" */
	limit = 4; /* ERROR "cannot assign to read-only 'limit'" */
	*p = *m;
	*m = *p; /* ERROR "cannot assign to read-only '\*m'" */
}

THREAD(t, &mm)
{
	struct mm_struct *m = &mm.mmap_lock; /* ERROR "initialisation of 'm': want 'struct mm_struct \*', got 'struct rw_semaphore \*'" */
	struct vm_area_struct v = { .vm_start = &mm, .next = &mm }; /* ERROR "initialisation of 'vm_start'" */ /* ERROR "initialisation of 'next'" */
	struct task_struct task = { &v }; /* ERROR "initialisation of 'mm': want 'struct mm_struct \*'" */
	unsigned long addr;
	void *any = m;
	int x = some(); /* ERROR "function 'some' returns no value" */

	m = any;
	m = 1; /* ERROR "integer becomes a pointer without a cast in assignment" */
	m = (void *)0;
	m = (struct mm_struct *)1;
	addr = m; /* ERROR "pointer becomes an integer without a cast in assignment: want 'unsigned long', got 'struct mm_struct \*'" */
	addr = (unsigned long)m;
	m = mm; /* ERROR "incompatible types in assignment: want 'struct mm_struct \*', got 'struct mm_struct'" */
	mm = v; /* ERROR "incompatible types in assignment: want 'struct mm_struct', got 'struct vm_area_struct'" */
	counts[0] = counts; /* ERROR "pointer becomes an integer" */
	if (some()) /* ERROR "function 'some' returns no value" */
		x = 2;
	for (; some(); ) /* ERROR "function 'some' returns no value" */
		x = 3;
	if (m == &v) /* ERROR "comparison of incompatible pointer types: 'struct mm_struct \*' and 'struct vm_area_struct \*'" */
		x = m == 3; /* ERROR "comparison of a pointer and an integer" */
	m = x ? &mm : &v; /* ERROR "the branches of '\?:' have incompatible pointer types" */
	m = x ? &mm : NULL;
	x = m < &v; /* ERROR "comparison of incompatible pointer types: 'struct mm_struct \*' and 'struct vm_area_struct \*'" */
	x = m < 3; /* ERROR "comparison of a pointer and an integer" */
	x = m - &v; /* ERROR "the difference is of incompatible pointer types" */
	m *= 2; /* ERROR "of pointers only sums and differences with a number can be kept in them" */
	m += x; m++; x = m < &mm && any >= (void *)m;
	task.mm = get(&v);
	x = none() + forgets((int)addr);
	x = 1 << 32; /* ERROR "a number of 32 bits cannot be shifted by 32" */
	addr >>= 64; /* ERROR "a number of 64 bits cannot be shifted by 64" */
	addr = 1UL << 63 | (sizeof(x) == 8 ? x << 40 : sizeof(x << 40));
	addr = sizeof(x) == 8 ? 1 : 1 ? x << 33 : 2; /* ERROR "cannot be shifted by 33" */
	addr = __builtin_clzl(addr); /* ERROR "'__builtin_clzl' is not supported" */
	writes(task.mm, m);
}
