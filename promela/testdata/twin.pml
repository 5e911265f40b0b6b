/* SPDX-License-Identifier: MIT */
/* What all models written by hand begin with. In front of this file stand
 * CLIENTS, OPS (the longest script), EVENTS (the longest log), the number of
 * each operation, SCRIPTS, and SETS. A set is SET_SIZE numbers: a script for
 * each client or NOBODY, and what else the model wants to know.
 *
 * One of the NSETS sets is chosen at the start. Every event that a client can
 * observe is appended to a log in a step of its own. Where nothing can go on any
 * more, the log is printed: a line
 *	OUT <set> <clients that ended> <log>
 */

#define NOBODY	255
#define CHOSEN(n)	sets[set * SET_SIZE + (n)]
#define OP(n)	scripts[CHOSEN(me) * OPS + (n)]

hidden byte scripts[NSCRIPT_BYTES] = SCRIPTS;
hidden byte sets[NSET_BYTES] = ALL_SETS;

byte set = 0;
bit  chosen = 0;
byte ended = 0;
byte log[EVENTS];
byte nlog = 0;
bit  shown = 0;

/* The operation at hand; 0 at the end of the script. */
inline fetch()
{
	d_step {
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
