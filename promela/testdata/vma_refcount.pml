/* SPDX-License-Identifier: MIT */
/* The lock of a VMA as kernels from 6.15 on have it, written by hand from its
 * description, to be compared with the C of the model headers.
 *
 * The count of a VMA is 0 while it is detached, 1 while it is attached, and one
 * more for each reader. A reader looks at the numbers as in the older lock,
 * raises the count, sees whether the VMA is still one of its mm, and looks at the
 * numbers again. A writer adds FLAG, which keeps new readers away, sleeps until
 * the others have gone, and writes the number. Who detaches a VMA drops the count
 * that attached it, and waits in the same way for readers that are about to give
 * up. Readers wake the one who sleeps; it is noted in the mm, for there is one
 * at most, who has mmap_lock. The number of the mm is odd while mmap_lock is held
 * for writing, and goes up before it is released or downgraded.
 *
 * The memory of VMAs is type-stable: what is freed is handed out again at once,
 * also to another mm, while a reader is still looking at it. A reader that has
 * raised the count of another mm's VMA wakes a sleeper of that mm, and must keep
 * the mm meanwhile.
 */

#define FLAG	16
#define NEVER	255	/* no number of an mm */

/* what an attempt to read-lock gives */
#define GIVE_UP	0
#define HELD	1
#define AGAIN	2	/* the VMA is detached: look it up anew */
#define NONE	3	/* there is no VMA */
#define VALUE	4	/* + what was read */
#define DANGLING 63	/* an mm that is gone was touched */

/* VMAs 1 and 2; 0 is NULL */
bit  live[3];
byte count[3];
byte vseq[3];
byte owner[3];		/* mm 0 or 1 */
byte val[3];

/* mms: mmap_lock, the number, the VMA that it has, who sleeps (0: nobody) */
byte readers[2];
bit  writer[2];
byte mmseq[2];
byte tree[2];
byte sleeper[2];
byte pins[2];
bit  asleep[CLIENTS];

inline wake(m)
{
	if
	:: pins[m] == 0 -> observe(DANGLING)
	:: else -> d_step {
		if
		:: sleeper[m] != 0 -> asleep[sleeper[m] - 1] = 0
		:: else -> skip
		fi }
	fi
}

/* Give up a reader's count. Behind it the VMA may be gone, not so the mm. */
inline put()
{
	mm = owner[vma];
	d_step { count[vma]--; left = count[vma] };
	if
	:: left >= FLAG && left <= FLAG + 1 -> wake(mm)
	:: else -> skip
	fi;
	left = 0; mm = 0
}

/* Raise the count of a VMA that is attached and has no writer. */
inline raise()
{
	d_step {
		if
		:: count[vma] == 0 -> got = AGAIN
		:: count[vma] >= FLAG -> got = GIVE_UP
		:: else -> count[vma]++; got = HELD
		fi
	}
}

inline start_read()
{
	seen = vseq[vma];
	if
	:: seen == mmseq[my] -> got = GIVE_UP
	:: else ->
		raise();
		if
		:: got != HELD -> skip
		:: got == HELD && owner[vma] != my ->
			other = owner[vma];
			pins[other]++;
			put();
			pins[other]--;
			got = GIVE_UP
		:: else ->
			seen = vseq[vma];
			if
			:: seen == mmseq[my] -> put(); got = GIVE_UP
			:: else -> skip
			fi
		fi
	fi;
	seen = 0; other = 0
}

/* Keep readers away and sleep until the count is FLAG + mine. A VMA that is
 * detached has none. */
inline exclude(mine)
{
	d_step { alone = (count[vma] == 0); count[vma] = count[vma] + (alone -> 0 : FLAG) };
	if
	:: alone -> skip
	:: else ->
		sleeper[my] = me + 1;
		do
		:: asleep[me] = 1;
			if
			:: count[vma] == FLAG + mine -> asleep[me] = 0; break
			:: else -> !asleep[me]
			fi
		od;
		sleeper[my] = 0
	fi
}

inline admit()
{
	d_step { count[vma] = count[vma] - (alone -> 0 : FLAG); alone = 0 }
}

/* Go to the end of a hold that was not got. */
inline skip_hold()
{
	d_step {
		do
		:: op = OP(next);
			next++;
			if
			:: op == START_READ || op == READ_LOCKED -> depth++
			:: op == END_READ && depth == 0 -> break
			:: op == END_READ && depth > 0 -> depth--
			:: else -> skip
			fi
		od
	}
}

proctype client(byte me)
{
	byte i, next, op, vma, seen, got, left, mm, other, depth;
	bit my, alone;

step:	fetch();
	if
	:: op == 0 -> goto out
	:: d_step { op == OTHER -> my = 1 }
	:: d_step { op == WRITE_LOCK && !writer[my] && readers[my] == 0 -> writer[my] = 1 }; mmseq[my]++
	:: d_step { op == WRITE_UNLOCK -> mmseq[my]++ }; writer[my] = 0
	:: d_step { op == DOWNGRADE -> mmseq[my]++ }; d_step { writer[my] = 0; readers[my]++ }
	:: d_step { op == READ_LOCK && !writer[my] -> readers[my]++ }
	:: d_step { op == READ_UNLOCK -> readers[my]-- }
	:: op == START_READ || op == READ_LOCKED ->
		if
		:: op == READ_LOCKED -> d_step { !writer[my] -> readers[my]++ }
		:: else -> skip
		fi;
		vma = tree[my];
		if
		:: vma == 0 -> got = NONE
		:: vma != 0 && op == START_READ -> start_read()
		:: vma != 0 && op == READ_LOCKED -> raise()
		fi;
		if
		:: op == READ_LOCKED -> readers[my]--
		:: else -> skip
		fi;
		observe(got);
		if
		:: got != HELD -> skip_hold()
		:: else -> skip
		fi;
		got = 0
	:: op == END_READ -> put()
	:: op == READ -> observe(VALUE + val[vma])
	:: d_step { op == FIND -> vma = tree[my] }
	:: op == START_WRITE ->
		if
		:: vseq[vma] == mmseq[my] -> skip
		:: else -> exclude(1); vseq[vma] = mmseq[my]; admit()
		fi
	:: d_step { op == WRITE -> val[vma]++ }
	:: d_step { op == REMOVE -> tree[my] = 0 }
	:: d_step { op == DETACH -> count[vma]--; left = count[vma] };
		if
		:: left != 0 -> exclude(0); admit()
		:: else -> skip
		fi;
		left = 0
	:: d_step { op == FREE -> live[vma] = 0 }
	:: d_step { op == ALLOC -> vma = (live[1] -> 2 : 1); live[vma] = 1 };
		owner[vma] = my;
		vseq[vma] = NEVER;
		val[vma] = 8
	:: d_step { op == ATTACH -> count[vma] = 1 }
	:: d_step { op == INSERT -> tree[my] = vma }
	:: d_step { op == DROP -> pins[my]-- }
	fi;
	goto step;
out:	ended++;
end:	false
}

active proctype choose()
{
	choose_set();
	atomic {
		live[1] = 1; count[1] = 1; vseq[1] = NEVER; tree[0] = 1;
		pins[0] = 1; pins[1] = 1;
		run client(0); run client(1); run client(2);
		chosen = 1
	};
	show_log()
}
