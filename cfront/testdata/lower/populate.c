/* The family M(n,k) of populate races, with one ATOMIC block for each step. */
/* SPDX-License-Identifier: MIT */

#include <linux/kernel.h>
#include <mmcheck.h>

#ifndef K
#define K 1
#endif

/* Objects are numbered from 1; 0 is none. */
static bool w;
static u8 r;
#if K == 1
static u8 slot[1] = { 1 };
static bool alloc[3] = { 0, 1, 0 };
static u8 gen[3];
#else
static u8 slot[2] = { 1, 2 };
static bool alloc[4] = { 0, 1, 1, 0 };
static u8 gen[4];
#endif

#define WLOCK	ATOMIC { WAIT_UNTIL(!w && r == 0); w = 1; }
#define RLOCK	ATOMIC { WAIT_UNTIL(w == 0); r++; }
#define USE	ATOMIC { assert(alloc[v] && gen[v] == g); }
#define END	do { a = 0; v = 0; g = 0; } while (0)

static bool lowest(u8 *v)
{
	for (int i = 1; i <= K + 1; i++) {
		if (!alloc[i]) {
			*v = i;
			return true;
		}
	}
	return false;
}

#ifdef P
THREADS(populate, P, NULL)
{
	u8 a = 0, v = 0, g = 0;

	a = nondet(0, K - 1);
	WLOCK
	ATOMIC {
		v = slot[a];
		if (v)
			g = gen[v];
	}
	if (!v) {
		ATOMIC { w = 0; END; }
		return;
	}
	ATOMIC { w = 0; r++; }
	USE
	USE
	ATOMIC { r--; END; }
}
#endif

#ifdef B
THREADS(buggy, B, NULL)
{
	u8 a = 0, v = 0, g = 0;

	a = nondet(0, K - 1);
	WLOCK
	ATOMIC {
		v = slot[a];
		if (v)
			g = gen[v];
	}
	if (!v) {
		ATOMIC { w = 0; END; }
		return;
	}
	ATOMIC { w = 0; }
	RLOCK
	USE
	USE
	ATOMIC { r--; END; }
}
#endif

#ifdef U
THREADS(munmap, U, NULL)
{
	u8 a = 0, v = 0, g = 0;

	a = nondet(0, K - 1);
	WLOCK
	ATOMIC { v = slot[a]; }
	if (v) {
		ATOMIC { slot[a] = 0; }
		ATOMIC { alloc[v] = 0; gen[v] = (gen[v] + 1) & 3; v = 0; }
	}
	ATOMIC { w = 0; END; }
	(void)g;
}
#endif

#ifdef M
THREADS(mmap, M, NULL)
{
	u8 a = 0, v = 0, g = 0;

	a = nondet(0, K - 1);
	WLOCK
	ATOMIC {
		if (slot[a])
			goto unlock;
	}
	ATOMIC {
		if (!lowest(&v))
			goto unlock;
		alloc[v] = 1;
	}
	ATOMIC { slot[a] = v; v = 0; }
unlock:
	ATOMIC { w = 0; END; }
	(void)g;
}
#endif

#ifdef F
THREADS(fault, F, NULL)
{
	u8 a = 0, v = 0, g = 0;

	a = nondet(0, K - 1);
	RLOCK
	ATOMIC {
		v = slot[a];
		if (v)
			g = gen[v];
	}
	if (v) {
		USE
		USE
		USE
	}
	ATOMIC { r--; END; }
}
#endif
