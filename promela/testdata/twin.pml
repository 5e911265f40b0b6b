/* SPDX-License-Identifier: MIT */
/* What all models written by hand begin with. In front of this file stand
 * CLIENTS, OPS (of the longest script), EVENTS (of the longest log), a number for
 * each operation, SCRIPTS with NSCRIPTS words, and SETS. A set is SET_SIZE
 * numbers: a script for each client or NOBODY, and what else the model wants to
 * know.
 *
 * One of the NSETS sets is chosen at the start. Every event that a client can
 * observe is appended to a log in a step of its own. Where nothing can go on any
 * more, the log is printed: a line
 *	OUT <set> <clients that ended> <log>
 */

#define NOBODY	255
#define CHOSEN(n)	sets[set * SET_SIZE + (n)]
#define WORD(n)	scripts[CHOSEN(me) * OPS + (n)]
#define OP(n)	(WORD(n) & 31)
#define ARG1	((WORD(i) >> 5) & 3)	/* operands of the operation at hand */
#define ARG2	(WORD(i) >> 7)

hidden short scripts[NSCRIPTS] = SCRIPTS;
hidden byte sets[NSETS * SET_SIZE] = SETS;

byte set = 0;
bit  chosen = 0;
byte ended = 0;
byte log[EVENTS];
byte nlog = 0;
bit  shown = 0;

/* Go to the next operation: number i of the script; 0 behind the last. */
inline fetch()
{
	d_step {
		i = next;
		next++;
		op = 0;
		if
		:: CHOSEN(me) != NOBODY && i < OPS -> op = OP(i)
		:: else -> skip
		fi
	}
}

inline observe(result)
{
	d_step { log[nlog] = 64 * me + (result); nlog++ }
}

inline choose_set()
{
	do
	:: set < NSETS - 1 -> set++
	:: break
	od
}

inline show_log()
{
end:	do
	:: d_step { timeout && chosen && !shown -> shown = 1;
		c_code {
			int n;
			printf("OUT %d %d", now.set, now.ended);
			for (n = 0; n < now.nlog; n++)
				printf(" %d", now.log[n]);
			printf("\n");
		} }
	od
}
