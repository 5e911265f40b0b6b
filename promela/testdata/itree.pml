/* SPDX-License-Identifier: MIT */
/* The walk of an interval tree against a move of page-table entries, written by
 * hand from the description of the tree, to be compared with the native cells. The
 * tree is the sequence of its visits: ascending page offsets, a new node behind
 * all that have the same, or right behind a given one.
 *
 * The first VMA is in the tree at first, and has the entry. A walk logs what it
 * visits; TAKE looks at the entry of the VMA visited, logs whether it is there,
 * and clears it. AFTER(new,previous) and MOVE(from,to) have two operands.
 */

#define VMAS	3
#define INDEX	1	/* the page of the file that the walk is about */

/* first page and number of pages of each VMA; 0 is NULL */
hidden byte pgoff[4] = {0, 1, 1, 0};
hidden byte pages[4] = {0, 1, 1, 2};

byte node[VMAS];
byte nodes = 0;
bit  entry[4];
byte readers = 0;
bit  writer = 0;
bit  table = 0;

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

proctype client(byte me)
{
	byte i, next, op, j, k, cur;
	bit seen;

step:	fetch();
	if
	:: op == 0 -> goto out
	:: d_step { op == DOWN_READ && !writer -> readers++ }
	:: d_step { op == UP_READ -> readers-- }
	:: d_step { op == DOWN_WRITE && !writer && readers == 0 -> writer = 1 }
	:: d_step { op == UP_WRITE -> writer = 0 }
	:: d_step { op == SPIN_LOCK && !table -> table = 1 }
	:: d_step { op == SPIN_UNLOCK -> table = 0 }
	:: d_step { op == FIRST -> j = 0; visit() };
		observe(8 + cur)
	:: op == NEXT && cur == 0 -> skip
	:: d_step { op == NEXT && cur != 0 -> place(cur); j++; visit() };
		observe(8 + cur)
	:: op == TAKE && cur == 0 -> skip
	:: d_step { op == TAKE && cur != 0 -> seen = entry[cur] };
		observe(16 + seen);
		if
		:: seen -> entry[cur] = 0; seen = 0
		:: else -> skip
		fi
	:: d_step { op == INSERT ->
		j = 0;
		do
		:: j < nodes && pgoff[node[j]] <= pgoff[ARG1] -> j++
		:: else -> break
		od;
		put(ARG1)
	}
	:: d_step { op == REMOVE ->
		place(ARG1);
		do
		:: j + 1 < nodes -> node[j] = node[j + 1]; j++
		:: else -> break
		od;
		nodes--;
		node[nodes] = 0;
		j = 0
	}
	:: d_step { op == AFTER ->
		place(ARG2);
		j++;
		put(ARG1)
	}
	:: d_step { op == MOVE -> seen = entry[ARG1] };
		entry[ARG1] = 0;
		entry[ARG2] = seen;
		seen = 0
	fi;
	goto step;
out:	ended++;
end:	false
}

active proctype choose()
{
	choose_set();
	atomic {
		node[0] = 1; nodes = 1; entry[1] = 1;
		run client(0); run client(1);
		chosen = 1
	};
	show_log()
}
