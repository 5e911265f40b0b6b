// SPDX-License-Identifier: MIT
/*
 * populate: the family of populate.c in the language of SPIN, one transition
 * for each step of bench/README.md.
 *
 * Generated with -o1 -o2 -o3 (SPIN must not merge steps or clear variables)
 * and compiled with -DNOREDUCE, the verifier stores as many states as
 * "mmcheck check --no-reduce" does on populate.c with the same -D.
 *
 * A branch is taken by the step that reads what it depends on, so each such
 * step stands once in every branch, with the condition in front. A thread that
 * has done its L operations rests at its label end_*, where SPIN lets it stay.
 */
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

bit  w;			/* mmap_lock held for writing */
byte r;			/* holders of mmap_lock for reading */
byte rcu;		/* RCU read sections */

/* Objects are numbered 1 to K+1; 0 is none. INIT of populate.c is here. */
#if K == 1
#define OBJECTS		3
#define TABLE		1
#define ALLOCATED	0, 1, 0
#define PICK		d_step { it < L; a = 0 }
#define FULL		(alloc[1] && alloc[2])
#define LOWEST		(alloc[1] -> 2 : 1)
#define UNLOCK_ALL	wl[1] = 0; wl[2] = 0
#else
#define OBJECTS		4
#define TABLE		1, 2
#define ALLOCATED	0, 1, 1, 0
#define PICK		if :: d_step { it < L; a = 0 } :: d_step { it < L; a = 1 } fi
#define FULL		(alloc[1] && alloc[2] && alloc[3])
#define LOWEST		(alloc[1] -> (alloc[2] -> 3 : 2) : 1)
#define UNLOCK_ALL	wl[1] = 0; wl[2] = 0; wl[3] = 0
#endif

byte slot[K] = { TABLE };	/* the object at an address */
bit  alloc[OBJECTS] = { ALLOCATED };
byte gen[OBJECTS];		/* how often it was freed, mod 4 */
byte vr[OBJECTS];		/* readers of the per-vma lock */
bit  wl[OBJECTS];		/* the per-vma lock is held for writing */

#define LOCALS		byte a, v, g, it
#define END		a = 0; v = 0; g = 0; it++

#define WRITE_LOCK	d_step { !w && !r; w = 1 }
#define READ_LOCK	d_step { !w; r++ }
#define FOUND		d_step { slot[a]; v = slot[a]; g = gen[v] }
#define FOUND_ONLY	d_step { slot[a]; v = slot[a] }
#define NOT_FOUND	!slot[a]
#define USE		assert(alloc[v] && gen[v] == g)
#define FREE		alloc[v] = 0; gen[v] = (gen[v] + 1) % 4
#define WRITE_UNLOCK_END d_step { w = 0; END }
#define READ_UNLOCK_END	d_step { r--; END }

#if NP > 0
active [NP] proctype populate()
{
	LOCALS;
end_populate:
	do
	:: PICK;
	   WRITE_LOCK;
	   if
	   :: NOT_FOUND; WRITE_UNLOCK_END
	   :: FOUND;
	      d_step { w = 0; r++ };
	      USE;
	      USE;
	      READ_UNLOCK_END
	   fi
	od
}
#endif

#if NB > 0
active [NB] proctype populate_drop()
{
	LOCALS;
end_drop:
	do
	:: PICK;
	   WRITE_LOCK;
	   if
	   :: NOT_FOUND; WRITE_UNLOCK_END
	   :: FOUND;
	      w = 0;
	      READ_LOCK;
	      USE;
	      USE;
	      READ_UNLOCK_END
	   fi
	od
}
#endif

#if NU > 0
active [NU] proctype munmap()
{
	LOCALS;
end_munmap:
	do
	:: PICK;
	   WRITE_LOCK;
	   if
	   :: NOT_FOUND
	   :: FOUND_ONLY;
	      slot[a] = 0;
	      d_step { FREE; v = 0 }
	   fi;
	   WRITE_UNLOCK_END
	od
}
#endif

#if NM > 0
active [NM] proctype mmap()
{
	LOCALS;
end_mmap:
	do
	:: PICK;
	   WRITE_LOCK;
	   if
	   :: slot[a]
	   :: NOT_FOUND;
	      if
	      :: FULL
	      :: d_step { !FULL; v = LOWEST; alloc[v] = 1 };
		 d_step { slot[a] = v; v = 0 }
	      fi
	   fi;
	   WRITE_UNLOCK_END
	od
}
#endif

#if NF > 0
active [NF] proctype fault()
{
	LOCALS;
end_fault:
	do
	:: PICK;
	   READ_LOCK;
	   if
	   :: NOT_FOUND
	   :: FOUND;
	      USE;
	      USE;
	      USE
	   fi;
	   READ_UNLOCK_END
	od
}
#endif

#if NV > 0
#define HELD	(!wl[v] && slot[a] == v)
active [NV] proctype vma_fault()
{
	LOCALS;
end_vma_fault:
	do
	:: PICK;
	   rcu++;
	   if
	   :: NOT_FOUND
	   :: FOUND;
	      if
	      :: wl[v]
	      :: !wl[v];
		 vr[v]++;
		 if
		 :: HELD;
		    rcu--;
		    USE;
		    USE;
		    d_step { vr[v]--; END };
		    goto end_vma_fault
		 :: !HELD; vr[v]--
		 fi
	      fi
	   fi;
	   d_step { rcu--; END }
	od
}
#endif

#if NW > 0
active [NW] proctype vma_munmap()
{
	LOCALS;
end_vma_munmap:
	do
	:: PICK;
	   WRITE_LOCK;
	   if
	   :: NOT_FOUND; WRITE_UNLOCK_END
	   :: FOUND_ONLY;
	      d_step { !vr[v]; wl[v] = 1 };
	      slot[a] = 0;
	      d_step { w = 0; UNLOCK_ALL };
	      d_step { !rcu; FREE; END }
	   fi
	od
}
#endif
