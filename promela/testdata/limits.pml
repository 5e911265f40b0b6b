/* limits as Promela, written by mmcheck.
 *
 * 4 states, and 2 in which a path was stopped.
 *   spin -a -o1 -o2 -o3 FILE
 *   gcc -O2 -DSAFETY -DNOREDUCE -DNOFAIR -DVECTORSZ=1024 -o pan pan.c
 *   ./pan -c0 -m1000000
 *
 * "assertion violated (N<0)" means:
 *    1  deadlock: threads wait for ever
 *    2  limit: the bound of the test
 */
byte stop = 0;
bit T1_pc = 1;
bit T2_pc = 1;
byte g_x = 0;

active proctype thread_1_T1()
{
end:	do
	/* 1: five */
	:: d_step { stop == 0 && T1_pc == 1 ->
		g_x = 5;
		T1_pc = 0;
		skip }
	/* 1 */
	:: d_step { stop == 0 && T1_pc == 1 && (g_x == 5) ->
		g_x = 6;
		assert(2 < 0);
		stop = 2; goto done_2;
		T1_pc = 0;
		done_2:
		skip }
	od
}

active proctype thread_2_T2()
{
end:	do
	/* 1: five */
	:: d_step { stop == 0 && T2_pc == 1 ->
		g_x = 5;
		T2_pc = 0;
		skip }
	/* 1 */
	:: d_step { stop == 0 && T2_pc == 1 && (g_x == 5) ->
		g_x = 6;
		assert(2 < 0);
		stop = 2; goto done_4;
		T2_pc = 0;
		done_4:
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
