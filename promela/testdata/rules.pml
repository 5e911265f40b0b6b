/* rules as Promela, written by mmcheck.
 *
 * 11 states, and 0 in which a path was stopped.
 *   spin -a -o1 -o2 -o3 FILE
 *   gcc -O2 -DSAFETY -DNOREDUCE -DNOFAIR -DVECTORSZ=1024 -o pan pan.c
 *   ./pan -c0 -m1000000
 *
 * "assertion violated (N<0)" means:
 *    1  deadlock: threads wait for ever
 *    2  lock-order: the order is wrong (the path goes on)
 */
byte stop = 0;
byte T1_pc = 1;
byte T2_pc = 1;
byte g_x = 0;

active proctype thread_1_T1()
{
end:	do
	/* 1 */
	:: d_step { stop == 0 && T1_pc == 1 ->
		if
		:: (g_x == 1) ->
			assert(2 < 0);
		:: else -> skip
		fi;
		g_x = (g_x ^ 1);
		T1_pc = 2;
		skip }
	/* 2 */
	:: d_step { stop == 0 && T1_pc == 2 ->
		g_x = 2;
		T1_pc = 0;
		skip }
	od
}

active proctype thread_2_T2()
{
end:	do
	/* 1 */
	:: d_step { stop == 0 && T2_pc == 1 ->
		if
		:: (g_x == 1) ->
			assert(2 < 0);
		:: else -> skip
		fi;
		g_x = (g_x ^ 1);
		T2_pc = 2;
		skip }
	/* 2 */
	:: d_step { stop == 0 && T2_pc == 2 ->
		g_x = 2;
		T2_pc = 0;
		skip }
	od
}

active proctype deadlock()
{
end:	do
	/* nobody can go on */
	:: d_step { timeout && stop == 0 && (T1_pc != 0 || T2_pc != 0) -> assert(1 < 0); stop = 1 }
	od
}
