/* abba as Promela, written by mmcheck.
 *
 * 38 states, and 2 in which a path was stopped.
 *   spin -a -o1 -o2 -o3 FILE
 *   gcc -O2 -DSAFETY -DNOREDUCE -DNOFAIR -DVECTORSZ=1024 -o pan pan.c
 *   ./pan -c0 -m1000000
 *
 * "assertion violated (N<0)" means:
 *    1  deadlock: threads wait for ever
 *    2  lock-misuse: lock requested twice by its holder
 *    3  lock-misuse: unlock of a lock not held
 *    4  lock-misuse: unlock of a lock held by another thread
 */
byte stop = 0;
byte T1_pc = 1;
byte T2_pc = 1;
bit T3_pc = 1;
byte g_spinlock1_owner = 0;
byte g_spinlock2_owner = 0;
bit g_x = 0;
byte g_preempt_count_1_ = 0;
byte g_preempt_count_2_ = 0;
int waits[3];

active proctype thread_1_T1()
{
end:	do
	/* 1 test.c:2: spin_lock() */
	:: d_step { stop == 0 && T1_pc == 1 && (g_spinlock1_owner == 0) ->
		g_spinlock1_owner = 1;
		g_preempt_count_1_ = (g_preempt_count_1_ + 1);
		T1_pc = 2;
		skip }
	/* 1 test.c:2: spin_lock() */
	:: d_step { stop == 0 && T1_pc == 1 && (g_spinlock1_owner == 1) ->
		assert(2 < 0);
		stop = 2; goto done_2;
		T1_pc = 6;
		done_2:
		skip }
	/* 2 test.c:9: spin_lock() */
	:: d_step { stop == 0 && T1_pc == 2 && (g_spinlock2_owner == 0) ->
		g_spinlock2_owner = 1;
		g_preempt_count_1_ = (g_preempt_count_1_ + 1);
		T1_pc = 3;
		skip }
	/* 2 test.c:9: spin_lock() */
	:: d_step { stop == 0 && T1_pc == 2 && (g_spinlock2_owner == 1) ->
		assert(2 < 0);
		stop = 2; goto done_4;
		T1_pc = 5;
		done_4:
		skip }
	/* 3 test.c:16: spin_unlock() */
	:: d_step { stop == 0 && T1_pc == 3 ->
		if
		:: (g_spinlock2_owner == 0) ->
			assert(3 < 0);
			stop = 3; goto done_5;
		:: else -> skip
		fi;
		if
		:: ((g_spinlock2_owner != 0) && (g_spinlock2_owner != 1)) ->
			assert(4 < 0);
			stop = 4; goto done_5;
		:: else -> skip
		fi;
		if
		:: (g_spinlock2_owner == 1) ->
			g_spinlock2_owner = 0;
			g_preempt_count_1_ = (g_preempt_count_1_ + (-1));
		:: else -> skip
		fi;
		T1_pc = 4;
		done_5:
		skip }
	/* 4 test.c:18: spin_unlock() */
	:: d_step { stop == 0 && T1_pc == 4 ->
		if
		:: (g_spinlock1_owner == 0) ->
			assert(3 < 0);
			stop = 3; goto done_6;
		:: else -> skip
		fi;
		if
		:: ((g_spinlock1_owner != 0) && (g_spinlock1_owner != 1)) ->
			assert(4 < 0);
			stop = 4; goto done_6;
		:: else -> skip
		fi;
		if
		:: (g_spinlock1_owner == 1) ->
			g_spinlock1_owner = 0;
			g_preempt_count_1_ = (g_preempt_count_1_ + (-1));
		:: else -> skip
		fi;
		T1_pc = 0;
		done_6:
		skip }
	od
}

active proctype thread_2_T2()
{
end:	do
	/* 1 test.c:2: spin_lock() */
	:: d_step { stop == 0 && T2_pc == 1 && (g_spinlock2_owner == 0) ->
		g_spinlock2_owner = 2;
		g_preempt_count_2_ = (g_preempt_count_2_ + 1);
		T2_pc = 2;
		skip }
	/* 1 test.c:2: spin_lock() */
	:: d_step { stop == 0 && T2_pc == 1 && (g_spinlock2_owner == 2) ->
		assert(2 < 0);
		stop = 2; goto done_8;
		T2_pc = 6;
		done_8:
		skip }
	/* 2 test.c:9: spin_lock() */
	:: d_step { stop == 0 && T2_pc == 2 && (g_spinlock1_owner == 0) ->
		g_spinlock1_owner = 2;
		g_preempt_count_2_ = (g_preempt_count_2_ + 1);
		T2_pc = 3;
		skip }
	/* 2 test.c:9: spin_lock() */
	:: d_step { stop == 0 && T2_pc == 2 && (g_spinlock1_owner == 2) ->
		assert(2 < 0);
		stop = 2; goto done_10;
		T2_pc = 5;
		done_10:
		skip }
	/* 3 test.c:16: spin_unlock() */
	:: d_step { stop == 0 && T2_pc == 3 ->
		if
		:: (g_spinlock1_owner == 0) ->
			assert(3 < 0);
			stop = 3; goto done_11;
		:: else -> skip
		fi;
		if
		:: ((g_spinlock1_owner != 0) && (g_spinlock1_owner != 2)) ->
			assert(4 < 0);
			stop = 4; goto done_11;
		:: else -> skip
		fi;
		if
		:: (g_spinlock1_owner == 2) ->
			g_spinlock1_owner = 0;
			g_preempt_count_2_ = (g_preempt_count_2_ + (-1));
		:: else -> skip
		fi;
		T2_pc = 4;
		done_11:
		skip }
	/* 4 test.c:18: spin_unlock() */
	:: d_step { stop == 0 && T2_pc == 4 ->
		if
		:: (g_spinlock2_owner == 0) ->
			assert(3 < 0);
			stop = 3; goto done_12;
		:: else -> skip
		fi;
		if
		:: ((g_spinlock2_owner != 0) && (g_spinlock2_owner != 2)) ->
			assert(4 < 0);
			stop = 4; goto done_12;
		:: else -> skip
		fi;
		if
		:: (g_spinlock2_owner == 2) ->
			g_spinlock2_owner = 0;
			g_preempt_count_2_ = (g_preempt_count_2_ + (-1));
		:: else -> skip
		fi;
		T2_pc = 0;
		done_12:
		skip }
	od
}

active proctype thread_3_T3()
{
end:	do
	/* 1 */
	:: d_step { stop == 0 && T3_pc == 1 ->
		g_x = (1 - g_x);
		T3_pc = 1;
		skip }
	od
}

active proctype deadlock()
{
end:	do
	/* nobody can go on */
	:: d_step { timeout && stop == 0 && (T1_pc != 0 || T2_pc != 0 || T3_pc != 0) -> assert(1 < 0); stop = 1 }
	/* some can, but others wait in a circle */
	:: d_step { stop == 0 && (((T1_pc == 1 && ((g_spinlock1_owner != 0) && (g_spinlock1_owner != 1))) || (T1_pc == 2 && ((g_spinlock2_owner != 0) && (g_spinlock2_owner != 1))) || (T1_pc == 5) || (T1_pc == 6)) || ((T2_pc == 1 && ((g_spinlock2_owner != 0) && (g_spinlock2_owner != 2))) || (T2_pc == 2 && ((g_spinlock1_owner != 0) && (g_spinlock1_owner != 2))) || (T2_pc == 5) || (T2_pc == 6)) || false) && ((T1_pc != 0 && !((T1_pc == 1 && ((g_spinlock1_owner != 0) && (g_spinlock1_owner != 1))) || (T1_pc == 2 && ((g_spinlock2_owner != 0) && (g_spinlock2_owner != 1))) || (T1_pc == 5) || (T1_pc == 6))) || (T2_pc != 0 && !((T2_pc == 1 && ((g_spinlock2_owner != 0) && (g_spinlock2_owner != 2))) || (T2_pc == 2 && ((g_spinlock1_owner != 0) && (g_spinlock1_owner != 2))) || (T2_pc == 5) || (T2_pc == 6))) || (T3_pc != 0 && !false)) ->
		if
		:: (T1_pc == 1 && ((g_spinlock1_owner != 0) && (g_spinlock1_owner != 1))) -> waits[0] = ((1 << g_spinlock1_owner) >> 1)
		:: (T1_pc == 2 && ((g_spinlock2_owner != 0) && (g_spinlock2_owner != 1))) -> waits[0] = ((1 << g_spinlock2_owner) >> 1)
		:: (T1_pc == 5) -> waits[0] = 1
		:: (T1_pc == 6) -> waits[0] = 1
		:: else -> skip
		fi;
		if
		:: (T2_pc == 1 && ((g_spinlock2_owner != 0) && (g_spinlock2_owner != 2))) -> waits[1] = ((1 << g_spinlock2_owner) >> 1)
		:: (T2_pc == 2 && ((g_spinlock1_owner != 0) && (g_spinlock1_owner != 2))) -> waits[1] = ((1 << g_spinlock1_owner) >> 1)
		:: (T2_pc == 5) -> waits[1] = 2
		:: (T2_pc == 6) -> waits[1] = 2
		:: else -> skip
		fi;
		waits[0] = ((waits[0] >> 0) & 1 -> waits[0] | waits[0] : waits[0]);
		waits[1] = ((waits[1] >> 0) & 1 -> waits[1] | waits[0] : waits[1]);
		waits[2] = ((waits[2] >> 0) & 1 -> waits[2] | waits[0] : waits[2]);
		waits[0] = ((waits[0] >> 1) & 1 -> waits[0] | waits[1] : waits[0]);
		waits[1] = ((waits[1] >> 1) & 1 -> waits[1] | waits[1] : waits[1]);
		waits[2] = ((waits[2] >> 1) & 1 -> waits[2] | waits[1] : waits[2]);
		waits[0] = ((waits[0] >> 2) & 1 -> waits[0] | waits[2] : waits[0]);
		waits[1] = ((waits[1] >> 2) & 1 -> waits[1] | waits[2] : waits[1]);
		waits[2] = ((waits[2] >> 2) & 1 -> waits[2] | waits[2] : waits[2]);
		if
		:: ((waits[0] >> 0) & 1) || ((waits[1] >> 1) & 1) || ((waits[2] >> 2) & 1) -> assert(1 < 0); stop = 1
		:: else -> skip
		fi;
		waits[0] = 0;
		waits[1] = 0;
		waits[2] = 0;
		skip }
	od
}
