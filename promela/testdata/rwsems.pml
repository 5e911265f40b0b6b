/* rwsems as Promela, written by mmcheck.
 *
 * 101 states, and 9 in which a path was stopped.
 *   spin -a -o1 -o2 -o3 FILE
 *   gcc -O2 -DSAFETY -DNOREDUCE -DNOFAIR -DVECTORSZ=1024 -o pan pan.c
 *   ./pan -c0 -m1000000
 *
 * "assertion violated (N<0)" means:
 *    1  deadlock: threads wait for ever
 *    2  lock-misuse: read lock requested while holding the lock for writing
 *    3  lock-misuse: read unlock of a lock held for writing
 *    4  lock-misuse: read unlock of a lock not held
 *    5  lock-misuse: write lock requested twice
 *    6  lock-misuse: write lock requested while holding the lock for reading
 *    7  lock-misuse: downgrade of a lock not held for writing
 *    8  lock-misuse: write unlock of a lock held for reading
 *    9  lock-misuse: write unlock of a lock not held for writing
 */
byte stop = 0;
byte T1_pc = 1;
byte T2_pc = 1;
byte T3_pc = 1;
byte g_rw_semaphore1_writer = 0;
byte g_rw_semaphore_readers[10];
byte g_rw_semaphore1_queue_0_ = 0;
byte g_rw_semaphore1_queue_1_ = 0;
byte g_rw_semaphore1_queue_2_ = 0;
int waits[3];

active proctype thread_1_T1()
{
end:	do
	/* 1 test.c:2: down_read() */
	:: d_step { stop == 0 && T1_pc == 1 && ((g_rw_semaphore1_writer == 0) && ((g_rw_semaphore1_queue_0_ == 0) || ((((g_rw_semaphore_readers[6] == 0) && (g_rw_semaphore_readers[7] == 0)) && (g_rw_semaphore_readers[8] == 0)) && (g_rw_semaphore_readers[9] == 0)))) ->
		if
		:: (g_rw_semaphore1_writer == 1) ->
			assert(2 < 0);
			stop = 2; goto done_1;
		:: else -> skip
		fi;
		g_rw_semaphore_readers[6] = (g_rw_semaphore_readers[6] + 1);
		T1_pc = 2;
		done_1:
		skip }
	/* 1 test.c:2: down_read(): queued */
	:: d_step { stop == 0 && T1_pc == 1 && (!((g_rw_semaphore1_writer == 0) && ((g_rw_semaphore1_queue_0_ == 0) || ((((g_rw_semaphore_readers[6] == 0) && (g_rw_semaphore_readers[7] == 0)) && (g_rw_semaphore_readers[8] == 0)) && (g_rw_semaphore_readers[9] == 0))))) ->
		if
		:: (g_rw_semaphore1_writer == 1) ->
			assert(2 < 0);
			stop = 2; goto done_2;
		:: else -> skip
		fi;
		g_rw_semaphore1_queue_2_ = (((g_rw_semaphore1_queue_2_ == 0) && (g_rw_semaphore1_queue_1_ != 0)) -> 2 : g_rw_semaphore1_queue_2_);
		g_rw_semaphore1_queue_1_ = (((g_rw_semaphore1_queue_1_ == 0) && (g_rw_semaphore1_queue_0_ != 0)) -> 2 : g_rw_semaphore1_queue_1_);
		g_rw_semaphore1_queue_0_ = ((g_rw_semaphore1_queue_0_ == 0) -> 2 : g_rw_semaphore1_queue_0_);
		T1_pc = 6;
		done_2:
		skip }
	/* 2 test.c:9: down_read() */
	:: d_step { stop == 0 && T1_pc == 2 && ((g_rw_semaphore1_writer == 0) && ((g_rw_semaphore1_queue_0_ == 0) || ((((g_rw_semaphore_readers[6] == 0) && (g_rw_semaphore_readers[7] == 0)) && (g_rw_semaphore_readers[8] == 0)) && (g_rw_semaphore_readers[9] == 0)))) ->
		if
		:: (g_rw_semaphore1_writer == 1) ->
			assert(2 < 0);
			stop = 2; goto done_3;
		:: else -> skip
		fi;
		g_rw_semaphore_readers[6] = (g_rw_semaphore_readers[6] + 1);
		T1_pc = 3;
		done_3:
		skip }
	/* 2 test.c:9: down_read(): queued */
	:: d_step { stop == 0 && T1_pc == 2 && (!((g_rw_semaphore1_writer == 0) && ((g_rw_semaphore1_queue_0_ == 0) || ((((g_rw_semaphore_readers[6] == 0) && (g_rw_semaphore_readers[7] == 0)) && (g_rw_semaphore_readers[8] == 0)) && (g_rw_semaphore_readers[9] == 0))))) ->
		if
		:: (g_rw_semaphore1_writer == 1) ->
			assert(2 < 0);
			stop = 2; goto done_4;
		:: else -> skip
		fi;
		g_rw_semaphore1_queue_2_ = (((g_rw_semaphore1_queue_2_ == 0) && (g_rw_semaphore1_queue_1_ != 0)) -> 2 : g_rw_semaphore1_queue_2_);
		g_rw_semaphore1_queue_1_ = (((g_rw_semaphore1_queue_1_ == 0) && (g_rw_semaphore1_queue_0_ != 0)) -> 2 : g_rw_semaphore1_queue_1_);
		g_rw_semaphore1_queue_0_ = ((g_rw_semaphore1_queue_0_ == 0) -> 2 : g_rw_semaphore1_queue_0_);
		T1_pc = 5;
		done_4:
		skip }
	/* 3 test.c:16: up_read() */
	:: d_step { stop == 0 && T1_pc == 3 ->
		if
		:: ((g_rw_semaphore_readers[6] == 0) && (g_rw_semaphore1_writer == 1)) ->
			assert(3 < 0);
			stop = 3; goto done_5;
		:: else -> skip
		fi;
		if
		:: ((g_rw_semaphore_readers[6] == 0) && (g_rw_semaphore1_writer != 1)) ->
			assert(4 < 0);
			stop = 4; goto done_5;
		:: else -> skip
		fi;
		if
		:: (0 < g_rw_semaphore_readers[6]) ->
			g_rw_semaphore_readers[6] = (g_rw_semaphore_readers[6] - 1);
			if
			:: ((((g_rw_semaphore_readers[6] == 0) && (g_rw_semaphore_readers[7] == 0)) && (g_rw_semaphore_readers[8] == 0)) && (g_rw_semaphore_readers[9] == 0)) ->
				skip;
				if
				:: (((g_rw_semaphore1_writer == 0) && (g_rw_semaphore1_queue_0_ != 0)) && ((g_rw_semaphore1_queue_0_ & 1) == 0)) ->
					skip;
					if
					:: ((g_rw_semaphore1_queue_2_ != 0) && ((g_rw_semaphore1_queue_2_ & 1) == 0)) ->
						g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_2_ >> 1))] = (g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_2_ >> 1))] + 1);
						g_rw_semaphore1_queue_2_ = 0;
					:: else -> skip
					fi;
					if
					:: ((g_rw_semaphore1_queue_1_ != 0) && ((g_rw_semaphore1_queue_1_ & 1) == 0)) ->
						g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_1_ >> 1))] = (g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_1_ >> 1))] + 1);
						g_rw_semaphore1_queue_1_ = g_rw_semaphore1_queue_2_;
						g_rw_semaphore1_queue_2_ = 0;
					:: else -> skip
					fi;
					if
					:: ((g_rw_semaphore1_queue_0_ != 0) && ((g_rw_semaphore1_queue_0_ & 1) == 0)) ->
						g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_0_ >> 1))] = (g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_0_ >> 1))] + 1);
						g_rw_semaphore1_queue_0_ = g_rw_semaphore1_queue_1_;
						g_rw_semaphore1_queue_1_ = g_rw_semaphore1_queue_2_;
						g_rw_semaphore1_queue_2_ = 0;
					:: else -> skip
					fi;
				:: else -> skip
				fi;
			:: else -> skip
			fi;
		:: else -> skip
		fi;
		T1_pc = 4;
		done_5:
		skip }
	/* 4 test.c:18: up_read() */
	:: d_step { stop == 0 && T1_pc == 4 ->
		if
		:: ((g_rw_semaphore_readers[6] == 0) && (g_rw_semaphore1_writer == 1)) ->
			assert(3 < 0);
			stop = 3; goto done_6;
		:: else -> skip
		fi;
		if
		:: ((g_rw_semaphore_readers[6] == 0) && (g_rw_semaphore1_writer != 1)) ->
			assert(4 < 0);
			stop = 4; goto done_6;
		:: else -> skip
		fi;
		if
		:: (0 < g_rw_semaphore_readers[6]) ->
			g_rw_semaphore_readers[6] = (g_rw_semaphore_readers[6] - 1);
			if
			:: ((((g_rw_semaphore_readers[6] == 0) && (g_rw_semaphore_readers[7] == 0)) && (g_rw_semaphore_readers[8] == 0)) && (g_rw_semaphore_readers[9] == 0)) ->
				skip;
				if
				:: (((g_rw_semaphore1_writer == 0) && (g_rw_semaphore1_queue_0_ != 0)) && ((g_rw_semaphore1_queue_0_ & 1) == 0)) ->
					skip;
					if
					:: ((g_rw_semaphore1_queue_2_ != 0) && ((g_rw_semaphore1_queue_2_ & 1) == 0)) ->
						g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_2_ >> 1))] = (g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_2_ >> 1))] + 1);
						g_rw_semaphore1_queue_2_ = 0;
					:: else -> skip
					fi;
					if
					:: ((g_rw_semaphore1_queue_1_ != 0) && ((g_rw_semaphore1_queue_1_ & 1) == 0)) ->
						g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_1_ >> 1))] = (g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_1_ >> 1))] + 1);
						g_rw_semaphore1_queue_1_ = g_rw_semaphore1_queue_2_;
						g_rw_semaphore1_queue_2_ = 0;
					:: else -> skip
					fi;
					if
					:: ((g_rw_semaphore1_queue_0_ != 0) && ((g_rw_semaphore1_queue_0_ & 1) == 0)) ->
						g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_0_ >> 1))] = (g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_0_ >> 1))] + 1);
						g_rw_semaphore1_queue_0_ = g_rw_semaphore1_queue_1_;
						g_rw_semaphore1_queue_1_ = g_rw_semaphore1_queue_2_;
						g_rw_semaphore1_queue_2_ = 0;
					:: else -> skip
					fi;
				:: else -> skip
				fi;
			:: else -> skip
			fi;
		:: else -> skip
		fi;
		T1_pc = 0;
		done_6:
		skip }
	/* 5 test.c:9: down_read() */
	:: d_step { stop == 0 && T1_pc == 5 && ((g_rw_semaphore1_writer == 0) && (!((((g_rw_semaphore1_queue_0_ >> 1) == 1) || ((g_rw_semaphore1_queue_1_ >> 1) == 1)) || ((g_rw_semaphore1_queue_2_ >> 1) == 1)))) ->
		T1_pc = 3;
		skip }
	/* 6 test.c:2: down_read() */
	:: d_step { stop == 0 && T1_pc == 6 && ((g_rw_semaphore1_writer == 0) && (!((((g_rw_semaphore1_queue_0_ >> 1) == 1) || ((g_rw_semaphore1_queue_1_ >> 1) == 1)) || ((g_rw_semaphore1_queue_2_ >> 1) == 1)))) ->
		T1_pc = 2;
		skip }
	od
}

active proctype thread_2_T2()
{
end:	do
	/* 1 test.c:2: down_write() */
	:: d_step { stop == 0 && T2_pc == 1 && ((g_rw_semaphore1_writer == 0) && ((((g_rw_semaphore_readers[6] == 0) && (g_rw_semaphore_readers[7] == 0)) && (g_rw_semaphore_readers[8] == 0)) && (g_rw_semaphore_readers[9] == 0))) ->
		if
		:: (g_rw_semaphore1_writer == 2) ->
			assert(5 < 0);
			stop = 5; goto done_9;
		:: else -> skip
		fi;
		if
		:: (0 < g_rw_semaphore_readers[7]) ->
			assert(6 < 0);
			stop = 6; goto done_9;
		:: else -> skip
		fi;
		g_rw_semaphore1_writer = 2;
		T2_pc = 2;
		done_9:
		skip }
	/* 1 test.c:2: down_write(): queued */
	:: d_step { stop == 0 && T2_pc == 1 && (!((g_rw_semaphore1_writer == 0) && ((((g_rw_semaphore_readers[6] == 0) && (g_rw_semaphore_readers[7] == 0)) && (g_rw_semaphore_readers[8] == 0)) && (g_rw_semaphore_readers[9] == 0)))) ->
		if
		:: (g_rw_semaphore1_writer == 2) ->
			assert(5 < 0);
			stop = 5; goto done_10;
		:: else -> skip
		fi;
		if
		:: (0 < g_rw_semaphore_readers[7]) ->
			assert(6 < 0);
			stop = 6; goto done_10;
		:: else -> skip
		fi;
		g_rw_semaphore1_queue_2_ = (((g_rw_semaphore1_queue_2_ == 0) && (g_rw_semaphore1_queue_1_ != 0)) -> 5 : g_rw_semaphore1_queue_2_);
		g_rw_semaphore1_queue_1_ = (((g_rw_semaphore1_queue_1_ == 0) && (g_rw_semaphore1_queue_0_ != 0)) -> 5 : g_rw_semaphore1_queue_1_);
		g_rw_semaphore1_queue_0_ = ((g_rw_semaphore1_queue_0_ == 0) -> 5 : g_rw_semaphore1_queue_0_);
		T2_pc = 4;
		done_10:
		skip }
	/* 2 test.c:9: downgrade_write() */
	:: d_step { stop == 0 && T2_pc == 2 ->
		if
		:: (g_rw_semaphore1_writer != 2) ->
			assert(7 < 0);
			stop = 7; goto done_11;
		:: else -> skip
		fi;
		if
		:: (g_rw_semaphore1_writer == 2) ->
			g_rw_semaphore1_writer = 0;
			g_rw_semaphore_readers[7] = (g_rw_semaphore_readers[7] + 1);
			if
			:: (((g_rw_semaphore1_writer == 0) && (g_rw_semaphore1_queue_0_ != 0)) && ((g_rw_semaphore1_queue_0_ & 1) == 0)) ->
				skip;
				if
				:: ((g_rw_semaphore1_queue_2_ != 0) && ((g_rw_semaphore1_queue_2_ & 1) == 0)) ->
					g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_2_ >> 1))] = (g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_2_ >> 1))] + 1);
					g_rw_semaphore1_queue_2_ = 0;
				:: else -> skip
				fi;
				if
				:: ((g_rw_semaphore1_queue_1_ != 0) && ((g_rw_semaphore1_queue_1_ & 1) == 0)) ->
					g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_1_ >> 1))] = (g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_1_ >> 1))] + 1);
					g_rw_semaphore1_queue_1_ = g_rw_semaphore1_queue_2_;
					g_rw_semaphore1_queue_2_ = 0;
				:: else -> skip
				fi;
				if
				:: ((g_rw_semaphore1_queue_0_ != 0) && ((g_rw_semaphore1_queue_0_ & 1) == 0)) ->
					g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_0_ >> 1))] = (g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_0_ >> 1))] + 1);
					g_rw_semaphore1_queue_0_ = g_rw_semaphore1_queue_1_;
					g_rw_semaphore1_queue_1_ = g_rw_semaphore1_queue_2_;
					g_rw_semaphore1_queue_2_ = 0;
				:: else -> skip
				fi;
			:: else -> skip
			fi;
		:: else -> skip
		fi;
		T2_pc = 3;
		done_11:
		skip }
	/* 3 test.c:11: up_read() */
	:: d_step { stop == 0 && T2_pc == 3 ->
		if
		:: ((g_rw_semaphore_readers[7] == 0) && (g_rw_semaphore1_writer == 2)) ->
			assert(3 < 0);
			stop = 3; goto done_12;
		:: else -> skip
		fi;
		if
		:: ((g_rw_semaphore_readers[7] == 0) && (g_rw_semaphore1_writer != 2)) ->
			assert(4 < 0);
			stop = 4; goto done_12;
		:: else -> skip
		fi;
		if
		:: (0 < g_rw_semaphore_readers[7]) ->
			g_rw_semaphore_readers[7] = (g_rw_semaphore_readers[7] - 1);
			if
			:: ((((g_rw_semaphore_readers[6] == 0) && (g_rw_semaphore_readers[7] == 0)) && (g_rw_semaphore_readers[8] == 0)) && (g_rw_semaphore_readers[9] == 0)) ->
				skip;
				if
				:: (((g_rw_semaphore1_writer == 0) && (g_rw_semaphore1_queue_0_ != 0)) && ((g_rw_semaphore1_queue_0_ & 1) == 0)) ->
					skip;
					if
					:: ((g_rw_semaphore1_queue_2_ != 0) && ((g_rw_semaphore1_queue_2_ & 1) == 0)) ->
						g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_2_ >> 1))] = (g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_2_ >> 1))] + 1);
						g_rw_semaphore1_queue_2_ = 0;
					:: else -> skip
					fi;
					if
					:: ((g_rw_semaphore1_queue_1_ != 0) && ((g_rw_semaphore1_queue_1_ & 1) == 0)) ->
						g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_1_ >> 1))] = (g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_1_ >> 1))] + 1);
						g_rw_semaphore1_queue_1_ = g_rw_semaphore1_queue_2_;
						g_rw_semaphore1_queue_2_ = 0;
					:: else -> skip
					fi;
					if
					:: ((g_rw_semaphore1_queue_0_ != 0) && ((g_rw_semaphore1_queue_0_ & 1) == 0)) ->
						g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_0_ >> 1))] = (g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_0_ >> 1))] + 1);
						g_rw_semaphore1_queue_0_ = g_rw_semaphore1_queue_1_;
						g_rw_semaphore1_queue_1_ = g_rw_semaphore1_queue_2_;
						g_rw_semaphore1_queue_2_ = 0;
					:: else -> skip
					fi;
				:: else -> skip
				fi;
			:: else -> skip
			fi;
		:: else -> skip
		fi;
		T2_pc = 0;
		done_12:
		skip }
	/* 4 test.c:2: down_write() */
	:: d_step { stop == 0 && T2_pc == 4 && (((g_rw_semaphore1_writer == 0) && ((((g_rw_semaphore_readers[6] == 0) && (g_rw_semaphore_readers[7] == 0)) && (g_rw_semaphore_readers[8] == 0)) && (g_rw_semaphore_readers[9] == 0))) && ((g_rw_semaphore1_queue_0_ >> 1) == 2)) ->
		g_rw_semaphore1_queue_0_ = g_rw_semaphore1_queue_1_;
		g_rw_semaphore1_queue_1_ = g_rw_semaphore1_queue_2_;
		g_rw_semaphore1_queue_2_ = 0;
		g_rw_semaphore1_writer = 2;
		T2_pc = 2;
		skip }
	od
}

active proctype thread_3_T3()
{
end:	do
	/* 1 test.c:2: down_write() */
	:: d_step { stop == 0 && T3_pc == 1 && ((g_rw_semaphore1_writer == 0) && ((((g_rw_semaphore_readers[6] == 0) && (g_rw_semaphore_readers[7] == 0)) && (g_rw_semaphore_readers[8] == 0)) && (g_rw_semaphore_readers[9] == 0))) ->
		if
		:: (g_rw_semaphore1_writer == 3) ->
			assert(5 < 0);
			stop = 5; goto done_14;
		:: else -> skip
		fi;
		if
		:: (0 < g_rw_semaphore_readers[8]) ->
			assert(6 < 0);
			stop = 6; goto done_14;
		:: else -> skip
		fi;
		g_rw_semaphore1_writer = 3;
		T3_pc = 2;
		done_14:
		skip }
	/* 1 test.c:2: down_write(): queued */
	:: d_step { stop == 0 && T3_pc == 1 && (!((g_rw_semaphore1_writer == 0) && ((((g_rw_semaphore_readers[6] == 0) && (g_rw_semaphore_readers[7] == 0)) && (g_rw_semaphore_readers[8] == 0)) && (g_rw_semaphore_readers[9] == 0)))) ->
		if
		:: (g_rw_semaphore1_writer == 3) ->
			assert(5 < 0);
			stop = 5; goto done_15;
		:: else -> skip
		fi;
		if
		:: (0 < g_rw_semaphore_readers[8]) ->
			assert(6 < 0);
			stop = 6; goto done_15;
		:: else -> skip
		fi;
		g_rw_semaphore1_queue_2_ = (((g_rw_semaphore1_queue_2_ == 0) && (g_rw_semaphore1_queue_1_ != 0)) -> 7 : g_rw_semaphore1_queue_2_);
		g_rw_semaphore1_queue_1_ = (((g_rw_semaphore1_queue_1_ == 0) && (g_rw_semaphore1_queue_0_ != 0)) -> 7 : g_rw_semaphore1_queue_1_);
		g_rw_semaphore1_queue_0_ = ((g_rw_semaphore1_queue_0_ == 0) -> 7 : g_rw_semaphore1_queue_0_);
		T3_pc = 3;
		done_15:
		skip }
	/* 2 test.c:9: up_write() */
	:: d_step { stop == 0 && T3_pc == 2 ->
		if
		:: ((g_rw_semaphore1_writer != 3) && (0 < g_rw_semaphore_readers[8])) ->
			assert(8 < 0);
			stop = 8; goto done_16;
		:: else -> skip
		fi;
		if
		:: ((g_rw_semaphore1_writer != 3) && (g_rw_semaphore_readers[8] == 0)) ->
			assert(9 < 0);
			stop = 9; goto done_16;
		:: else -> skip
		fi;
		if
		:: (g_rw_semaphore1_writer == 3) ->
			g_rw_semaphore1_writer = 0;
			if
			:: (((g_rw_semaphore1_writer == 0) && (g_rw_semaphore1_queue_0_ != 0)) && ((g_rw_semaphore1_queue_0_ & 1) == 0)) ->
				skip;
				if
				:: ((g_rw_semaphore1_queue_2_ != 0) && ((g_rw_semaphore1_queue_2_ & 1) == 0)) ->
					g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_2_ >> 1))] = (g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_2_ >> 1))] + 1);
					g_rw_semaphore1_queue_2_ = 0;
				:: else -> skip
				fi;
				if
				:: ((g_rw_semaphore1_queue_1_ != 0) && ((g_rw_semaphore1_queue_1_ & 1) == 0)) ->
					g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_1_ >> 1))] = (g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_1_ >> 1))] + 1);
					g_rw_semaphore1_queue_1_ = g_rw_semaphore1_queue_2_;
					g_rw_semaphore1_queue_2_ = 0;
				:: else -> skip
				fi;
				if
				:: ((g_rw_semaphore1_queue_0_ != 0) && ((g_rw_semaphore1_queue_0_ & 1) == 0)) ->
					g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_0_ >> 1))] = (g_rw_semaphore_readers[(5 + (g_rw_semaphore1_queue_0_ >> 1))] + 1);
					g_rw_semaphore1_queue_0_ = g_rw_semaphore1_queue_1_;
					g_rw_semaphore1_queue_1_ = g_rw_semaphore1_queue_2_;
					g_rw_semaphore1_queue_2_ = 0;
				:: else -> skip
				fi;
			:: else -> skip
			fi;
		:: else -> skip
		fi;
		T3_pc = 0;
		done_16:
		skip }
	/* 3 test.c:2: down_write() */
	:: d_step { stop == 0 && T3_pc == 3 && (((g_rw_semaphore1_writer == 0) && ((((g_rw_semaphore_readers[6] == 0) && (g_rw_semaphore_readers[7] == 0)) && (g_rw_semaphore_readers[8] == 0)) && (g_rw_semaphore_readers[9] == 0))) && ((g_rw_semaphore1_queue_0_ >> 1) == 3)) ->
		g_rw_semaphore1_queue_0_ = g_rw_semaphore1_queue_1_;
		g_rw_semaphore1_queue_1_ = g_rw_semaphore1_queue_2_;
		g_rw_semaphore1_queue_2_ = 0;
		g_rw_semaphore1_writer = 3;
		T3_pc = 2;
		skip }
	od
}

active proctype deadlock()
{
end:	do
	/* nobody can go on */
	:: d_step { timeout && stop == 0 && (T1_pc != 0 || T2_pc != 0 || T3_pc != 0) -> assert(1 < 0); stop = 1 }
	/* some can, but others wait in a circle */
	:: d_step { stop == 0 && (((T1_pc == 5 && (!((g_rw_semaphore1_writer == 0) && (!((((g_rw_semaphore1_queue_0_ >> 1) == 1) || ((g_rw_semaphore1_queue_1_ >> 1) == 1)) || ((g_rw_semaphore1_queue_2_ >> 1) == 1)))))) || (T1_pc == 6 && (!((g_rw_semaphore1_writer == 0) && (!((((g_rw_semaphore1_queue_0_ >> 1) == 1) || ((g_rw_semaphore1_queue_1_ >> 1) == 1)) || ((g_rw_semaphore1_queue_2_ >> 1) == 1))))))) || ((T2_pc == 4 && (!(((g_rw_semaphore1_writer == 0) && ((((g_rw_semaphore_readers[6] == 0) && (g_rw_semaphore_readers[7] == 0)) && (g_rw_semaphore_readers[8] == 0)) && (g_rw_semaphore_readers[9] == 0))) && ((g_rw_semaphore1_queue_0_ >> 1) == 2))))) || ((T3_pc == 3 && (!(((g_rw_semaphore1_writer == 0) && ((((g_rw_semaphore_readers[6] == 0) && (g_rw_semaphore_readers[7] == 0)) && (g_rw_semaphore_readers[8] == 0)) && (g_rw_semaphore_readers[9] == 0))) && ((g_rw_semaphore1_queue_0_ >> 1) == 3)))))) && ((T1_pc != 0 && !((T1_pc == 5 && (!((g_rw_semaphore1_writer == 0) && (!((((g_rw_semaphore1_queue_0_ >> 1) == 1) || ((g_rw_semaphore1_queue_1_ >> 1) == 1)) || ((g_rw_semaphore1_queue_2_ >> 1) == 1)))))) || (T1_pc == 6 && (!((g_rw_semaphore1_writer == 0) && (!((((g_rw_semaphore1_queue_0_ >> 1) == 1) || ((g_rw_semaphore1_queue_1_ >> 1) == 1)) || ((g_rw_semaphore1_queue_2_ >> 1) == 1)))))))) || (T2_pc != 0 && !((T2_pc == 4 && (!(((g_rw_semaphore1_writer == 0) && ((((g_rw_semaphore_readers[6] == 0) && (g_rw_semaphore_readers[7] == 0)) && (g_rw_semaphore_readers[8] == 0)) && (g_rw_semaphore_readers[9] == 0))) && ((g_rw_semaphore1_queue_0_ >> 1) == 2)))))) || (T3_pc != 0 && !((T3_pc == 3 && (!(((g_rw_semaphore1_writer == 0) && ((((g_rw_semaphore_readers[6] == 0) && (g_rw_semaphore_readers[7] == 0)) && (g_rw_semaphore_readers[8] == 0)) && (g_rw_semaphore_readers[9] == 0))) && ((g_rw_semaphore1_queue_0_ >> 1) == 3))))))) ->
		if
		:: (T1_pc == 5 && (!((g_rw_semaphore1_writer == 0) && (!((((g_rw_semaphore1_queue_0_ >> 1) == 1) || ((g_rw_semaphore1_queue_1_ >> 1) == 1)) || ((g_rw_semaphore1_queue_2_ >> 1) == 1)))))) -> waits[0] = ((((1 << g_rw_semaphore1_writer) >> 1) | ((((g_rw_semaphore1_queue_1_ >> 1) == 1) || ((g_rw_semaphore1_queue_2_ >> 1) == 1)) -> ((1 << (g_rw_semaphore1_queue_0_ >> 1)) >> 1) : 0)) | (((g_rw_semaphore1_queue_2_ >> 1) == 1) -> ((1 << (g_rw_semaphore1_queue_1_ >> 1)) >> 1) : 0))
		:: (T1_pc == 6 && (!((g_rw_semaphore1_writer == 0) && (!((((g_rw_semaphore1_queue_0_ >> 1) == 1) || ((g_rw_semaphore1_queue_1_ >> 1) == 1)) || ((g_rw_semaphore1_queue_2_ >> 1) == 1)))))) -> waits[0] = ((((1 << g_rw_semaphore1_writer) >> 1) | ((((g_rw_semaphore1_queue_1_ >> 1) == 1) || ((g_rw_semaphore1_queue_2_ >> 1) == 1)) -> ((1 << (g_rw_semaphore1_queue_0_ >> 1)) >> 1) : 0)) | (((g_rw_semaphore1_queue_2_ >> 1) == 1) -> ((1 << (g_rw_semaphore1_queue_1_ >> 1)) >> 1) : 0))
		:: else -> skip
		fi;
		if
		:: (T2_pc == 4 && (!(((g_rw_semaphore1_writer == 0) && ((((g_rw_semaphore_readers[6] == 0) && (g_rw_semaphore_readers[7] == 0)) && (g_rw_semaphore_readers[8] == 0)) && (g_rw_semaphore_readers[9] == 0))) && ((g_rw_semaphore1_queue_0_ >> 1) == 2)))) -> waits[1] = (((((((1 << g_rw_semaphore1_writer) >> 1) | ((((g_rw_semaphore1_queue_1_ >> 1) == 2) || ((g_rw_semaphore1_queue_2_ >> 1) == 2)) -> ((1 << (g_rw_semaphore1_queue_0_ >> 1)) >> 1) : 0)) | (((g_rw_semaphore1_queue_2_ >> 1) == 2) -> ((1 << (g_rw_semaphore1_queue_1_ >> 1)) >> 1) : 0)) | ((0 < g_rw_semaphore_readers[6]) -> 1 : 0)) | ((0 < g_rw_semaphore_readers[7]) -> 2 : 0)) | ((0 < g_rw_semaphore_readers[8]) -> 4 : 0))
		:: else -> skip
		fi;
		if
		:: (T3_pc == 3 && (!(((g_rw_semaphore1_writer == 0) && ((((g_rw_semaphore_readers[6] == 0) && (g_rw_semaphore_readers[7] == 0)) && (g_rw_semaphore_readers[8] == 0)) && (g_rw_semaphore_readers[9] == 0))) && ((g_rw_semaphore1_queue_0_ >> 1) == 3)))) -> waits[2] = (((((((1 << g_rw_semaphore1_writer) >> 1) | ((((g_rw_semaphore1_queue_1_ >> 1) == 3) || ((g_rw_semaphore1_queue_2_ >> 1) == 3)) -> ((1 << (g_rw_semaphore1_queue_0_ >> 1)) >> 1) : 0)) | (((g_rw_semaphore1_queue_2_ >> 1) == 3) -> ((1 << (g_rw_semaphore1_queue_1_ >> 1)) >> 1) : 0)) | ((0 < g_rw_semaphore_readers[6]) -> 1 : 0)) | ((0 < g_rw_semaphore_readers[7]) -> 2 : 0)) | ((0 < g_rw_semaphore_readers[8]) -> 4 : 0))
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
