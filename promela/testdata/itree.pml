/* SPDX-License-Identifier: MIT */
/* The walk of an interval tree against a move of page-table entries, written by
 * hand from the description of the tree, to be compared with the native cells. The
 * tree is the sequence of its visits: ascending page offsets, a new node behind
 * all that have the same, or right behind a given one.
 *
 * Clients run the scripts that COMBOS and SCRIPTS give (defined in front of this
 * file). The first VMA is in the tree at first, and has the entry. What a walk
 * visits, and whether it found the entry there, is appended to a log in a step of
 * its own. Where nothing can go on any more, the log is printed: a line
 *	OUT <combination> <clients that ended> <log>
 */

#define CLIENTS	2
#define OPS	16	/* of a script; 0 ends it */
#define EVENTS	16
#define VMAS	3
#define INDEX	1	/* the page of the file that the walk is about */

#define LOCK_READ	1
#define UNLOCK_READ	2
#define LOCK_WRITE	3
#define UNLOCK_WRITE	4
#define LOCK_TABLE	5
#define UNLOCK_TABLE	6
#define FIRST		7
#define NEXT		8
#define TAKE		9	/* look at the entry of the VMA visited, and clear it */
#define INSERT(v)	(16 + (v))
#define REMOVE(v)	(32 + (v))
#define AFTER		64	/* + 8 * new + previous */
#define MOVE		128	/* + 8 * from + to */

hidden byte scripts[NSCRIPT_BYTES] = SCRIPTS;
hidden byte combos[NCOMBO_BYTES] = COMBOS;

/* first page and number of pages of each VMA; 0 is NULL */
hidden byte pgoff[4] = {0, 1, 1, 0};
hidden byte pages[4] = {0, 1, 1, 2};

byte node[VMAS];
byte nodes = 0;
bit  entry[4];
byte readers = 0;
bit  writer = 0;
bit  table = 0;

byte combo = 0;
bit  chosen = 0;
byte ended = 0;
byte log[EVENTS];
byte nlog = 0;
bit  shown = 0;

#define MAPS(v)	(pgoff[v] <= INDEX && INDEX < pgoff[v] + pages[v])

/* Put v at place j. */
inline put(v)
{
	k = nodes;
	do
	:: k > j -> node[k] = node[k - 1]; k--
	:: else -> break
	od;
	node[j] = v;
	nodes++;
	j = 0; k = 0
}

/* The place of v, or the number of nodes. */
inline place(v)
{
	j = 0;
	do
	:: j < nodes && node[j] != v -> j++
	:: else -> break
	od
}

/* From place j on, the first that maps the page. */
inline visit()
{
	do
	:: j < nodes && !MAPS(node[j]) -> j++
	:: else -> break
	od;
	if
	:: j < nodes -> cur = node[j]
	:: else -> cur = 0
	fi;
	j = 0
}

inline observe(result)
{
	d_step { log[nlog] = 64 * me + (result); nlog++ }
}

proctype client(byte me)
{
	byte i, op, j, k, cur;
	bit seen;

next:	skip;
	d_step {
		op = 0;
		if
		:: i < OPS -> op = scripts[combos[combo * CLIENTS + me] * OPS + i]
		:: else -> skip
		fi
	};
	if
	:: op == 0 -> goto out
	:: op == LOCK_READ -> d_step { !writer -> readers++ }
	:: op == UNLOCK_READ -> readers--
	:: op == LOCK_WRITE -> d_step { !writer && readers == 0 -> writer = 1 }
	:: op == UNLOCK_WRITE -> writer = 0
	:: op == LOCK_TABLE -> d_step { !table -> table = 1 }
	:: op == UNLOCK_TABLE -> table = 0
	:: op == FIRST ->
		d_step { j = 0; visit() };
		observe(8 + cur)
	:: op == NEXT && cur == 0 -> skip
	:: op == NEXT && cur != 0 ->
		d_step { place(cur); j++; visit() };
		observe(8 + cur)
	:: op == TAKE && cur == 0 -> skip
	:: op == TAKE && cur != 0 ->
		seen = entry[cur];
		observe(16 + seen);
		if
		:: seen -> entry[cur] = 0; seen = 0
		:: else -> skip
		fi
	:: op > INSERT(0) && op <= INSERT(VMAS) ->
		d_step {
			j = 0;
			do
			:: j < nodes && pgoff[node[j]] <= pgoff[op - INSERT(0)] -> j++
			:: else -> break
			od;
			put(op - INSERT(0))
		}
	:: op > REMOVE(0) && op <= REMOVE(VMAS) ->
		d_step {
			place(op - REMOVE(0));
			do
			:: j + 1 < nodes -> node[j] = node[j + 1]; j++
			:: else -> break
			od;
			nodes--;
			node[nodes] = 0;
			j = 0
		}
	:: op >= AFTER && op < MOVE ->
		d_step {
			place((op - AFTER) % 8);
			j++;
			put((op - AFTER) / 8)
		}
	:: op >= MOVE ->
		seen = entry[(op - MOVE) / 8];
		entry[(op - MOVE) / 8] = 0;
		entry[(op - MOVE) % 8] = seen;
		seen = 0
	fi;
	i++;
	goto next;
out:	ended++;
end:	false
}

active proctype choose()
{
	do
	:: combo < NCOMBO - 1 -> combo++
	:: break
	od;
	atomic {
		node[0] = 1; nodes = 1; entry[1] = 1;
		run client(0); run client(1);
		chosen = 1
	};
end:	do
	:: d_step { timeout && chosen && !shown -> shown = 1;
		c_code {
			int n;
			printf("OUT %d %d", now.combo, now.ended);
			for (n = 0; n < now.nlog; n++)
				printf(" %d", now.log[n]);
			printf("\n");
		} }
	od
}
