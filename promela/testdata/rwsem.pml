/* SPDX-License-Identifier: MIT */
/* A reader-writer semaphore with its queue, written by hand from the kernel's
 * documented behaviour, to be compared with the native cell. A failed trylock
 * skips the next operation of its client. Readers are only counted, so that
 * UP_READ_NON_OWNER is UP_READ, whoever calls it. By HAND and TAKE, which are no
 * operations of the semaphore, a client lets another one know that it may go on.
 */

#define READ	0
#define WRITE	1

/* the lock */
byte writer = NOBODY;
byte readers = 0;
byte waiting[CLIENTS];	/* queue, first come first: 2 * client + mode */
byte nwaiting = 0;
bit  granted[CLIENTS];	/* a queued client got the lock */
byte handed = 0;

#define LOCK_FREE	(writer == NOBODY && readers == 0)
#define HEAD_READS	(nwaiting > 0 && (waiting[0] & 1) == READ)
#define HEAD_IS(t)	(nwaiting > 0 && waiting[0] == 2 * (t) + WRITE)

inline enqueue(t, mode)
{
	waiting[nwaiting] = 2 * t + mode;
	nwaiting++
}

/* All queued readers get the lock, wherever they stand in the queue. */
inline grant_readers()
{
	j = 0; k = 0;
	do
	:: j < nwaiting ->
		if
		:: (waiting[j] & 1) == READ ->
			granted[waiting[j] >> 1] = 1;
			readers++
		:: else ->
			waiting[k] = waiting[j];
			k++
		fi;
		j++
	:: else -> break
	od;
	do
	:: nwaiting > k -> nwaiting--; waiting[nwaiting] = 0
	:: else -> break
	od;
	j = 0; k = 0
}

/* After a release or a downgrade. A writer at the head is not given the lock:
 * it may take it when it is free, if nobody was faster. */
inline grant()
{
	if
	:: writer == NOBODY && HEAD_READS -> grant_readers()
	:: else -> skip
	fi
}

inline take_head()
{
	j = 1;
	do
	:: j < nwaiting -> waiting[j - 1] = waiting[j]; j++
	:: else -> break
	od;
	nwaiting--;
	waiting[nwaiting] = 0;
	j = 0
}

proctype client(byte me)
{
	byte i, next, op, j, k;
	bit ok, queued;

step:	fetch();
	if
	:: op == 0 -> goto out
	:: d_step { (op == DOWN_READ || op == DOWN_READ_NON_OWNER) ->
		if
		:: writer == NOBODY && (nwaiting == 0 || readers == 0) -> readers++
		:: else -> enqueue(me, READ); queued = 1
		fi
	};
		if
		:: queued -> d_step { granted[me] -> granted[me] = 0; queued = 0 }
		:: else -> skip
		fi;
		observe(2 * i + 1)
	:: d_step { op == DOWN_WRITE ->
		if
		:: LOCK_FREE -> writer = me
		:: else -> enqueue(me, WRITE); queued = 1
		fi
	};
		if
		:: queued -> d_step { LOCK_FREE && HEAD_IS(me) -> take_head(); writer = me; queued = 0 }
		:: else -> skip
		fi;
		observe(2 * i + 1)
	:: d_step { op == DOWN_READ_TRYLOCK ->
		ok = (writer == NOBODY && nwaiting == 0);
		readers = readers + ok
	};
		observe(2 * i + ok);
		d_step { next = next + !ok; ok = 0 }
	:: d_step { op == DOWN_WRITE_TRYLOCK ->
		ok = (LOCK_FREE && nwaiting == 0);
		writer = (ok -> me : writer)
	};
		observe(2 * i + ok);
		d_step { next = next + !ok; ok = 0 }
	:: d_step { (op == UP_READ || op == UP_READ_NON_OWNER) ->
		readers--;
		if
		:: readers == 0 -> grant()
		:: else -> skip
		fi
	}
	:: d_step { op == UP_WRITE -> writer = NOBODY; grant() }
	:: d_step { op == DOWNGRADE_WRITE -> writer = NOBODY; readers = 1; grant() };
		observe(2 * i + 1)
	:: d_step { op == HAND -> handed++ }
	:: d_step { op == TAKE && handed > 0 -> handed-- }
	fi;
	goto step;
out:	ended++;
end:	false
}

active proctype choose()
{
	choose_set();
	atomic { run client(0); run client(1); run client(2); chosen = 1 };
	show_log()
}
