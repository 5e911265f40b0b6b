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
	byte i, op, seen;
	bit ok;

next:	skip;
	fetch();
	if
	:: op == 0 -> goto out
	:: op == WRITE_LOCK -> d_step { !writer && readers == 0 -> writer = 1 }
	:: op == WRITE_UNLOCK -> mmseq++; writer = 0
	:: op == DOWNGRADE -> mmseq++; d_step { writer = 0; readers++ }
	:: op == READ_LOCK -> d_step { !writer -> readers++ }
	:: op == READ_UNLOCK -> readers--
	:: op == START_READ ->
		seen = vseq;
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
			:: !ok && OP(i) != END_READ -> i++
			:: else -> break
			od;
			ok = 0
		}
	:: op == END_READ -> vreaders--
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
	:: op == WRITE -> val++
	:: op == READ_LOCKED -> d_step { !vwriter && !vwaits -> vreaders++ }
	fi;
	i++;
	goto next;
out:	ended++;
end:	false
}

active proctype choose()
{
	choose_set();
	atomic { run client(0); run client(1); run client(2); chosen = 1 };
	show_log()
}
