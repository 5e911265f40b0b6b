/* SPDX-License-Identifier: MIT */
/* The lock of a VMA as kernels 6.4 to 6.14 have it, written by hand from its
 * description, to be compared with the C of the model headers. A VMA is
 * write-locked while its number equals that of its mm; a reader looks at the
 * numbers, tries the semaphore, and looks again. The writer holds the semaphore
 * only while it writes the number. Before mmap_lock is released or downgraded,
 * the number of the mm is raised, in a step of its own. READ_LOCKED leads from a
 * hold of mmap_lock to one of the VMA. A failed attempt to read-lock skips
 * everything up to the unlock.
 */

/* mmap_lock, the semaphore of the VMA, the numbers */
byte readers = 0;
bit  writer = 0;
byte vreaders = 0;
bit  vwriter = 0;
bit  vwaits = 0;	/* a writer has queued: there is one at most, it has mmap_lock */
byte vseq = 255;
byte mmseq = 0;
byte val = 0;

proctype client(byte me)
{
	byte i, next, op, seen;
	bit ok;

step:	fetch();
	if
	:: op == 0 -> goto out
	:: d_step { op == WRITE_LOCK && !writer && readers == 0 -> writer = 1 }
	:: d_step { op == WRITE_UNLOCK -> mmseq++ }; writer = 0
	:: d_step { op == DOWNGRADE -> mmseq++ }; d_step { writer = 0; readers++ }
	:: d_step { op == READ_LOCK && !writer -> readers++ }
	:: d_step { op == READ_UNLOCK -> readers-- }
	:: d_step { op == START_READ -> seen = vseq };
		ok = (seen != mmseq);
		if
		:: ok -> d_step { ok = (!vwriter && !vwaits); vreaders = vreaders + ok }
		:: else -> skip
		fi;
		if
		:: ok ->
			seen = vseq;
			ok = (seen != mmseq);
			if
			:: !ok -> vreaders--
			:: else -> skip
			fi
		:: else -> skip
		fi;
		seen = 0;
		observe(ok);
		d_step {
			do
			:: !ok && op != END_READ -> op = OP(next); next++
			:: else -> break
			od;
			ok = 0
		}
	:: d_step { op == END_READ -> vreaders-- }
	:: op == READ -> observe(2 + val)
	:: op == START_WRITE ->
		if
		:: vseq == mmseq -> skip
		:: else ->
			d_step {
				if
				:: vreaders == 0 -> vwriter = 1
				:: else -> vwaits = 1
				fi
			};
			d_step { vwriter || vreaders == 0 -> vwriter = 1; vwaits = 0 };
			vseq = mmseq;
			vwriter = 0
		fi
	:: d_step { op == WRITE -> val++ }
	:: d_step { op == READ_LOCKED && !vwriter && !vwaits -> vreaders++ }
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
