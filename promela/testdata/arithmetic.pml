/* arithmetic as Promela, written by mmcheck.
 *
 * 110 states, and 0 in which a path was stopped.
 *   spin -a -o1 -o2 -o3 FILE
 *   gcc -O2 -DSAFETY -DNOREDUCE -DNOFAIR -DVECTORSZ=1024 -o pan pan.c
 *   ./pan -c0 -m1000000
 *
 * "assertion violated (N<0)" means:
 *    1  deadlock: threads wait for ever
 *    2  lock-order: r is -9 (the path goes on)
 *    3  lock-order: r is -3 (the path goes on)
 *    4  lock-order: r is 0 (the path goes on)
 *    5  lock-order: r is 1 (the path goes on)
 *    6  lock-order: r is 2 (the path goes on)
 *    7  lock-order: r is 4 (the path goes on)
 *    8  lock-order: r is 9 (the path goes on)
 *    9  lock-order: r is 88 (the path goes on)
 *   10  lock-order: r is 200 (the path goes on)
 *   11  lock-order: r is 247 (the path goes on)
 *   12  lock-order: r is 600 (the path goes on)
 */
byte stop = 0;
byte T1_pc = 1;
byte T2_pc = 1;
byte g_x = 0;
bit g_a[8];
short T1_r = 0;
short T2_r = 0;
hidden byte table_squares[4] = {0, 1, 4, 9};

active proctype thread_1_T1()
{
end:	do
	/* 1 */
	:: d_step { stop == 0 && T1_pc == 1 ->
		T1_r = (-3);
		if
		:: (T1_r >= 0 && (T1_r < 100)) ->
			T1_r = (T1_r >= 0 && T1_r < 4 -> table_squares[T1_r] : 0);
			goto join_1_3;
		:: else ->
			T1_r = ((((T1_r * 3) & 255) ^ 128) - 128);
			goto join_1_3;
		fi;
		join_1_3: skip;
		if
		:: (T1_r == (-9)) ->
			assert(2 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == (-3)) ->
			assert(3 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 0) ->
			assert(4 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 1) ->
			assert(5 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 2) ->
			assert(6 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 4) ->
			assert(7 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 9) ->
			assert(8 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 88) ->
			assert(9 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 200) ->
			assert(10 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 247) ->
			assert(11 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 600) ->
			assert(12 < 0);
		:: else -> skip
		fi;
		T1_r = ((T1_r < 0) -> (0 - T1_r) : T1_r);
		T1_pc = 2; goto done_1;
		done_1:
		skip }
	/* 1 */
	:: d_step { stop == 0 && T1_pc == 1 ->
		T1_r = 2;
		if
		:: (T1_r >= 0 && (T1_r < 100)) ->
			T1_r = (T1_r >= 0 && T1_r < 4 -> table_squares[T1_r] : 0);
			goto join_2_3;
		:: else ->
			T1_r = ((((T1_r * 3) & 255) ^ 128) - 128);
			goto join_2_3;
		fi;
		join_2_3: skip;
		if
		:: (T1_r == (-9)) ->
			assert(2 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == (-3)) ->
			assert(3 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 0) ->
			assert(4 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 1) ->
			assert(5 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 2) ->
			assert(6 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 4) ->
			assert(7 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 9) ->
			assert(8 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 88) ->
			assert(9 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 200) ->
			assert(10 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 247) ->
			assert(11 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 600) ->
			assert(12 < 0);
		:: else -> skip
		fi;
		T1_r = ((T1_r < 0) -> (0 - T1_r) : T1_r);
		T1_pc = 2; goto done_2;
		done_2:
		skip }
	/* 1 */
	:: d_step { stop == 0 && T1_pc == 1 ->
		T1_r = 200;
		if
		:: (T1_r >= 0 && (T1_r < 100)) ->
			T1_r = (T1_r >= 0 && T1_r < 4 -> table_squares[T1_r] : 0);
			goto join_3_3;
		:: else ->
			T1_r = ((((T1_r * 3) & 255) ^ 128) - 128);
			goto join_3_3;
		fi;
		join_3_3: skip;
		if
		:: (T1_r == (-9)) ->
			assert(2 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == (-3)) ->
			assert(3 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 0) ->
			assert(4 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 1) ->
			assert(5 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 2) ->
			assert(6 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 4) ->
			assert(7 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 9) ->
			assert(8 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 88) ->
			assert(9 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 200) ->
			assert(10 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 247) ->
			assert(11 < 0);
		:: else -> skip
		fi;
		if
		:: (T1_r == 600) ->
			assert(12 < 0);
		:: else -> skip
		fi;
		T1_r = ((T1_r < 0) -> (0 - T1_r) : T1_r);
		T1_pc = 2; goto done_3;
		done_3:
		skip }
	/* 2 */
	:: d_step { stop == 0 && T1_pc == 2 ->
		if
		:: T1_r >= 0 && T1_r < 8 ->
			g_a[T1_r] = 1;
		:: else -> skip
		fi;
		g_x = (g_x + ((T1_r >= 0 && T1_r < 8 -> g_a[T1_r] : 0) -> 1 : (T1_r % 7)));
		T1_r = 0;
		T1_pc = 3;
		skip }
	/* 3 */
	:: d_step { stop == 0 && T1_pc == 3 ->
		g_x = (g_x == 0 -> 0 : (100 / g_x));
		T1_pc = 0;
		skip }
	od
}

active proctype thread_2_T2()
{
end:	do
	/* 1 */
	:: d_step { stop == 0 && T2_pc == 1 ->
		T2_r = (-3);
		if
		:: (T2_r >= 0 && (T2_r < 100)) ->
			T2_r = (T2_r >= 0 && T2_r < 4 -> table_squares[T2_r] : 0);
			goto join_6_3;
		:: else ->
			T2_r = ((((T2_r * 3) & 255) ^ 128) - 128);
			goto join_6_3;
		fi;
		join_6_3: skip;
		if
		:: (T2_r == (-9)) ->
			assert(2 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == (-3)) ->
			assert(3 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 0) ->
			assert(4 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 1) ->
			assert(5 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 2) ->
			assert(6 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 4) ->
			assert(7 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 9) ->
			assert(8 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 88) ->
			assert(9 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 200) ->
			assert(10 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 247) ->
			assert(11 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 600) ->
			assert(12 < 0);
		:: else -> skip
		fi;
		T2_r = ((T2_r < 0) -> (0 - T2_r) : T2_r);
		T2_pc = 2; goto done_6;
		done_6:
		skip }
	/* 1 */
	:: d_step { stop == 0 && T2_pc == 1 ->
		T2_r = 2;
		if
		:: (T2_r >= 0 && (T2_r < 100)) ->
			T2_r = (T2_r >= 0 && T2_r < 4 -> table_squares[T2_r] : 0);
			goto join_7_3;
		:: else ->
			T2_r = ((((T2_r * 3) & 255) ^ 128) - 128);
			goto join_7_3;
		fi;
		join_7_3: skip;
		if
		:: (T2_r == (-9)) ->
			assert(2 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == (-3)) ->
			assert(3 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 0) ->
			assert(4 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 1) ->
			assert(5 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 2) ->
			assert(6 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 4) ->
			assert(7 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 9) ->
			assert(8 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 88) ->
			assert(9 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 200) ->
			assert(10 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 247) ->
			assert(11 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 600) ->
			assert(12 < 0);
		:: else -> skip
		fi;
		T2_r = ((T2_r < 0) -> (0 - T2_r) : T2_r);
		T2_pc = 2; goto done_7;
		done_7:
		skip }
	/* 1 */
	:: d_step { stop == 0 && T2_pc == 1 ->
		T2_r = 200;
		if
		:: (T2_r >= 0 && (T2_r < 100)) ->
			T2_r = (T2_r >= 0 && T2_r < 4 -> table_squares[T2_r] : 0);
			goto join_8_3;
		:: else ->
			T2_r = ((((T2_r * 3) & 255) ^ 128) - 128);
			goto join_8_3;
		fi;
		join_8_3: skip;
		if
		:: (T2_r == (-9)) ->
			assert(2 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == (-3)) ->
			assert(3 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 0) ->
			assert(4 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 1) ->
			assert(5 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 2) ->
			assert(6 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 4) ->
			assert(7 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 9) ->
			assert(8 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 88) ->
			assert(9 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 200) ->
			assert(10 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 247) ->
			assert(11 < 0);
		:: else -> skip
		fi;
		if
		:: (T2_r == 600) ->
			assert(12 < 0);
		:: else -> skip
		fi;
		T2_r = ((T2_r < 0) -> (0 - T2_r) : T2_r);
		T2_pc = 2; goto done_8;
		done_8:
		skip }
	/* 2 */
	:: d_step { stop == 0 && T2_pc == 2 ->
		if
		:: T2_r >= 0 && T2_r < 8 ->
			g_a[T2_r] = 1;
		:: else -> skip
		fi;
		g_x = (g_x + ((T2_r >= 0 && T2_r < 8 -> g_a[T2_r] : 0) -> 1 : (T2_r % 7)));
		T2_r = 0;
		T2_pc = 3;
		skip }
	/* 3 */
	:: d_step { stop == 0 && T2_pc == 3 ->
		g_x = (g_x == 0 -> 0 : (100 / g_x));
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
