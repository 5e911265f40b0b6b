/* SPDX-License-Identifier: MIT */
/* RCU with callbacks and reused objects, written by hand from its definition, to
 * be compared with the native cell. Read sections are numbered by thread, and a
 * grace period is over when each section that was open at its beginning has
 * ended. An object has a generation, which its end raises; a pointer remembers
 * that of its object. A pointer of another generation may be followed only to
 * type-stable memory, in a section that began when the object was alive.
 *
 * LOAD takes the published pointer, READ follows it; CLEAR takes and unpublishes
 * it; ALLOC allocates an object, writes the next key, and publishes it. A set has
 * the scripts of three clients, and whether the pool is type-stable.
 */

#define DANGLING	7

/* objects 1 and 2; 0 is NULL */
bit  live[3];
byte gen[3];
byte key[3];
byte slot = 1;
byte callback[3];	/* 0, CALL or KFREE */

/* sections: the number of the present one, or of the last */
byte nest[CLIENTS];
byte serial[CLIENTS];
byte open[15];		/* by grace period and client: a section that must end, 0 for none */

#define STABLE		CHOSEN(CLIENTS)
#define LEFT(g, t)	(open[3 * (g) + t] == 0 || nest[t] == 0 || serial[t] != open[3 * (g) + t])
#define OVER(g)		(LEFT(g, 0) && LEFT(g, 1) && LEFT(g, 2))
#define PERIOD(o)	((o) - 1)	/* grace periods 0 and 1 are those of the objects */
#define OWN		(2 + me)

inline begin(g)
{
	open[3 * (g) + 0] = (nest[0] > 0 -> serial[0] : 0);
	open[3 * (g) + 1] = (nest[1] > 0 -> serial[1] : 0);
	open[3 * (g) + 2] = (nest[2] > 0 -> serial[2] : 0)
}

inline forget(g)
{
	open[3 * (g) + 0] = 0; open[3 * (g) + 1] = 0; open[3 * (g) + 2] = 0
}

inline kill(o)
{
	live[o] = 0;
	gen[o]++
}

proctype client(byte me)
{
	byte i, next, op, seen, new;
	byte ptr, pgen;		/* 0: no object, or never to be followed again */
	bit  held;		/* the section began when the object was alive */
	byte nextkey = 1;

step:	fetch();
	if
	:: op == 0 -> goto out
	:: d_step { op == RCU_READ_LOCK ->
		if
		:: nest[me] == 0 ->
			serial[me]++;
			held = (ptr != 0 && pgen == gen[ptr])
		:: else -> skip
		fi;
		nest[me]++
	}
	:: d_step { op == RCU_READ_UNLOCK ->
		nest[me]--;
		if
		:: nest[me] == 0 && STABLE && held && ptr != 0 ->
			pgen = (live[ptr] -> gen[ptr] : 0)
		:: else -> skip
		fi;
		held = held && nest[me] > 0
	}
	:: d_step { op == LOAD -> ptr = slot; pgen = gen[slot]; held = (nest[me] > 0 && ptr != 0) };
		observe(8 * i + (ptr != 0))
	:: d_step { op == READ ->
		if
		:: ptr == 0 -> seen = 0
		:: ptr != 0 && (pgen == gen[ptr] || (STABLE && held)) -> seen = key[ptr]
		:: else -> seen = DANGLING
		fi
	};
		observe(8 * i + seen);
		seen = 0
	:: d_step { op == CLEAR -> ptr = slot; pgen = gen[slot]; held = 0 };
		slot = 0
	:: d_step { op == SYNC -> begin(OWN) };
		d_step { OVER(OWN) -> forget(OWN) }
	:: d_step { op == FREE -> kill(ptr) }
	:: op == CALL || op == KFREE ->
		d_step { callback[ptr] = op; begin(PERIOD(ptr)) }
	:: d_step { op == ALLOC ->
		new = (live[1] -> 2 : 1);
		live[new] = 1
	};
		d_step { nextkey++; key[new] = nextkey };
		d_step { slot = new; new = 0 }
	fi;
	goto step;
out:	ended++;
end:	false
}

proctype softirq()
{
	byte o;

end:	do
	:: d_step { callback[1] == KFREE && OVER(PERIOD(1)) -> callback[1] = 0; forget(PERIOD(1)); kill(1) }
	:: d_step { callback[2] == KFREE && OVER(PERIOD(2)) -> callback[2] = 0; forget(PERIOD(2)); kill(2) }
	:: d_step { callback[1] == CALL && OVER(PERIOD(1)) -> callback[1] = 0; forget(PERIOD(1)); o = 1 };
		d_step { kill(o); o = 0 }
	:: d_step { callback[2] == CALL && OVER(PERIOD(2)) -> callback[2] = 0; forget(PERIOD(2)); o = 2 };
		d_step { kill(o); o = 0 }
	od
}

active proctype choose()
{
	choose_set();
	atomic {
		live[1] = 1; key[1] = 1; gen[1] = 1; gen[2] = 1;
		run client(0); run client(1); run client(2); run softirq();
		chosen = 1
	};
	show_log()
}
