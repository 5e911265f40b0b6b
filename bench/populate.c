// SPDX-License-Identifier: MIT
/*
 * populate: what races with populating a range after its vma was found?
 *
 * A family for measuring: some threads on a tiny address space of K slots,
 * each doing L operations on an object found there. Every ATOMIC block is one
 * step, so that the number of states can be compared with other checkers.
 * NP populate (downgrading), NB populate (dropping the lock), NU munmap,
 * NM mmap, NF fault under mmap_lock, NV fault under the lock of the vma alone,
 * NW munmap for use beside NV.
 *
 * Result: NP=1 NU=1 NM=1 K=1: holds, 131 states
 * Result: NB=1 NU=1 NM=1 K=1: violated assert
 * Result: NP=2 NU=1 NM=1 NF=1: holds, 19,600 states
 * Result: NV=1 NW=1 NM=1: holds
 */
#include <linux/compiler.h>
#include <mmcheck.h>

#ifndef K
#define K 2
#endif
#ifndef L
#define L 1
#endif
#ifndef NP
#define NP 0
#endif
#ifndef NB
#define NB 0
#endif
#ifndef NU
#define NU 0
#endif
#ifndef NM
#define NM 0
#endif
#ifndef NF
#define NF 0
#endif
#ifndef NV
#define NV 0
#endif
#ifndef NW
#define NW 0
#endif

typedef unsigned char u8;

/* Objects are numbered 1 to K+1; 0 is none. */
static _Bool w;			/* mmap_lock held for writing */
static u8 r;			/* holders of mmap_lock for reading */
static u8 rcu;			/* RCU read sections */
static u8 slot[K];		/* the object at an address */
static _Bool alloc[K + 2];
static u8 gen[K + 2];		/* how often it was freed, mod 4 */
static u8 vr[K + 2];		/* readers of the per-vma lock */
static _Bool wl[K + 2];		/* the per-vma lock is held for writing */

INIT
{
	for (int a = 0; a < K; a++) {
		slot[a] = a + 1;
		alloc[a + 1] = 1;
	}
}

/* What an operation knows: an address, the object there, its generation. */
#define OPERATION	int it = 0; u8 a = 0, v = 0, g __maybe_unused = 0; while (it < L)
#define PICK		(a = nondet(0, K - 1))
#define END		(a = 0, v = 0, g = 0, it++)

#define WRITE_LOCK	ATOMIC { WAIT_UNTIL(!w && !r); w = 1; }
#define READ_LOCK	ATOMIC { WAIT_UNTIL(!w); r++; }
#define FIND		ATOMIC { v = slot[a]; g = gen[v]; }
#define FIND_ONLY	ATOMIC { v = slot[a]; }
#define USE		ATOMIC { assert(alloc[v] && gen[v] == g); }
#define FREE		(alloc[v] = 0, gen[v] = (gen[v] + 1) & 3)
#define WRITE_UNLOCK_END ATOMIC { w = 0; END; }
#define READ_UNLOCK_END	ATOMIC { r--; END; }

#if K == 1
#define LOWEST		(!alloc[1] ? 1 : !alloc[2] ? 2 : 0)
#define UNLOCK_ALL	(wl[1] = 0, wl[2] = 0)
#else
#define LOWEST		(!alloc[1] ? 1 : !alloc[2] ? 2 : !alloc[3] ? 3 : 0)
#define UNLOCK_ALL	(wl[1] = 0, wl[2] = 0, wl[3] = 0)
#endif

#if NP > 0
THREADS(populate, NP, NULL)
{
	OPERATION {
		PICK;
		WRITE_LOCK;
		FIND;
		if (!v) {
			WRITE_UNLOCK_END;
			continue;
		}
		ATOMIC { w = 0; r++; }
		USE;
		USE;
		READ_UNLOCK_END;
	}
}
#endif

#if NB > 0
THREADS(populate_drop, NB, NULL)
{
	OPERATION {
		PICK;
		WRITE_LOCK;
		FIND;
		if (!v) {
			WRITE_UNLOCK_END;
			continue;
		}
		ATOMIC { w = 0; }
		READ_LOCK;
		USE;
		USE;
		READ_UNLOCK_END;
	}
}
#endif

#if NU > 0
THREADS(munmap, NU, NULL)
{
	OPERATION {
		PICK;
		WRITE_LOCK;
		FIND_ONLY;
		if (v) {
			ATOMIC { slot[a] = 0; }
			ATOMIC { FREE; v = 0; }
		}
		WRITE_UNLOCK_END;
	}
}
#endif

#if NM > 0
THREADS(mmap, NM, NULL)
{
	OPERATION {
		PICK;
		WRITE_LOCK;
		if (!slot[a]) {
			ATOMIC {
				v = LOWEST;
				if (v)
					alloc[v] = 1;
			}
			if (v)
				ATOMIC { slot[a] = v; v = 0; }
		}
		WRITE_UNLOCK_END;
	}
}
#endif

#if NF > 0
THREADS(fault, NF, NULL)
{
	OPERATION {
		PICK;
		READ_LOCK;
		FIND;
		if (v) {
			USE;
			USE;
			USE;
		}
		READ_UNLOCK_END;
	}
}
#endif

#if NV > 0
THREADS(vma_fault, NV, NULL)
{
	OPERATION {
		PICK;
		ATOMIC { rcu++; }
		FIND;
		if (v) {
			if (!READ_ONCE(wl[v])) {
				_Bool ok;

				ATOMIC { vr[v]++; }
				ATOMIC { ok = !wl[v] && slot[a] == v; }
				if (ok) {
					ATOMIC { ok = 0; rcu--; }
					USE;
					USE;
					ATOMIC { vr[v]--; END; }
					continue;
				}
				ATOMIC { vr[v]--; }
			}
		}
		ATOMIC { rcu--; END; }
	}
}
#endif

#if NW > 0
THREADS(vma_munmap, NW, NULL)
{
	OPERATION {
		PICK;
		WRITE_LOCK;
		FIND_ONLY;
		if (!v) {
			WRITE_UNLOCK_END;
			continue;
		}
		ATOMIC { WAIT_UNTIL(!vr[v]); wl[v] = 1; }
		ATOMIC { slot[a] = 0; }
		ATOMIC { w = 0; UNLOCK_ALL; }
		ATOMIC { WAIT_UNTIL(!rcu); FREE; END; }
	}
}
#endif
