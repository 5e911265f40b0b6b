/* counter as Promela, written by mmcheck.
 *
 * 27 states, and 1 in which a path was stopped.
 *   spin -a -o1 -o2 -o3 FILE
 *   gcc -O2 -DSAFETY -DNOREDUCE -DNOFAIR -DVECTORSZ=1024 -o pan pan.c
 *   ./pan -c0 -m1000000
 *
 * "assertion violated (N<0)" means:
 *    1  deadlock: threads wait for ever
 *    2  assert: an update is lost
 */
byte stop = 0;
byte T1_pc = 1;
byte T2_pc = 1;
byte g_x = 0;
byte g_done = 0;
byte T1_r = 0;
byte T2_r = 0;

active proctype thread_1_T1()
{
end:	do
	/* 1 */
	:: d_step { stop == 0 && T1_pc == 1 ->
		T1_r = g_x;
		T1_r = (T1_r + 1);
		T1_pc = 2;
		skip }
	/* 2 */
	:: d_step { stop == 0 && T1_pc == 2 ->
		g_x = T1_r;
		T1_r = 0;
		T1_pc = 3;
		skip }
	/* 3 */
	:: d_step { stop == 0 && T1_pc == 3 ->
		g_done = (g_done + 1);
		T1_pc = 4;
		skip }
	/* 4 */
	:: d_step { stop == 0 && T1_pc == 4 && (g_done == 2) ->
		if
		:: (g_x != 2) ->
			assert(2 < 0);
			stop = 2; goto done_4;
		:: else -> skip
		fi;
		T1_pc = 0;
		done_4:
		skip }
	od
}

active proctype thread_2_T2()
{
end:	do
	/* 1 */
	:: d_step { stop == 0 && T2_pc == 1 ->
		T2_r = g_x;
		T2_r = (T2_r + 1);
		T2_pc = 2;
		skip }
	/* 2 */
	:: d_step { stop == 0 && T2_pc == 2 ->
		g_x = T2_r;
		T2_r = 0;
		T2_pc = 3;
		skip }
	/* 3 */
	:: d_step { stop == 0 && T2_pc == 3 ->
		g_done = (g_done + 1);
		T2_pc = 4;
		skip }
	/* 4 */
	:: d_step { stop == 0 && T2_pc == 4 && (g_done == 2) ->
		if
		:: (g_x != 2) ->
			assert(2 < 0);
			stop = 2; goto done_8;
		:: else -> skip
		fi;
		T2_pc = 0;
		done_8:
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
