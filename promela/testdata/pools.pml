/* pools as Promela, written by mmcheck.
 *
 * 97 states, and 32 in which a path was stopped.
 *   spin -a -o1 -o2 -o3 FILE
 *   gcc -O2 -DSAFETY -DNOREDUCE -DNOFAIR -DVECTORSZ=1024 -o pan pan.c
 *   ./pan -c0 -m1000000
 *
 * "assertion violated (N<0)" means:
 *    1  deadlock: threads wait for ever
 *    2  limit: the pool of 2 struct item
 *    3  use-after-free: slot is dead
 */
byte stop = 0;
byte T1_pc = 1;
byte T2_pc = 1;
byte g_item_val[3];
byte g_slot = 0;
bit g_slot_life = 0;
bit g_item_live[3];
byte T1_kzalloc_ret = 0;
bit T1_kzalloc_ret_life = 0;
byte T1_mine = 0;
bit T1_mine_life = 0;
byte T2_kzalloc_ret = 0;
bit T2_kzalloc_ret_life = 0;
byte T2_mine = 0;
bit T2_mine_life = 0;

active proctype thread_1_T1()
{
end:	do
	/* 1 :0: kzalloc() */
	:: d_step { stop == 0 && T1_pc == 1 ->
		if
		:: ((g_item_live[2] != 0) && (g_item_live[1] != 0)) ->
			assert(2 < 0);
			stop = 2; goto done_1;
		:: else -> skip
		fi;
		T1_kzalloc_ret = ((g_item_live[1] == 0) -> 1 : ((g_item_live[2] == 0) -> 2 : 0));
		T1_kzalloc_ret_life = 0;
		g_item_live[T1_kzalloc_ret] = 1;
		T1_mine = T1_kzalloc_ret;
		T1_mine_life = T1_kzalloc_ret_life;
		T1_kzalloc_ret = 0;
		T1_kzalloc_ret_life = 0;
		T1_pc = 2;
		done_1:
		skip }
	/* 2 :0: kzalloc() */
	:: d_step { stop == 0 && T1_pc == 2 ->
		g_slot = T1_mine;
		g_slot_life = 0;
		T1_pc = 3;
		skip }
	/* 3 :0: kzalloc() */
	:: d_step { stop == 0 && T1_pc == 3 ->
		g_item_val[g_slot] = 7;
		T1_pc = 4;
		skip }
	/* 4 test.c:8: kfree() */
	:: d_step { stop == 0 && T1_pc == 4 ->
		if
		:: ((T1_mine != 0) && (T1_mine_life != 1)) ->
			g_slot_life = (((T1_mine != 0) && (g_slot == T1_mine)) -> 1 : g_slot_life);
			T1_kzalloc_ret_life = (((T1_mine != 0) && (T1_kzalloc_ret == T1_mine)) -> 1 : T1_kzalloc_ret_life);
			T1_mine_life = (((T1_mine != 0) && (T1_mine == T1_mine)) -> 1 : T1_mine_life);
			T2_kzalloc_ret_life = (((T1_mine != 0) && (T2_kzalloc_ret == T1_mine)) -> 1 : T2_kzalloc_ret_life);
			T2_mine_life = (((T1_mine != 0) && (T2_mine == T1_mine)) -> 1 : T2_mine_life);
			g_item_val[T1_mine] = 0;
			g_item_live[T1_mine] = 0;
		:: else -> skip
		fi;
		T1_mine = 0;
		T1_mine_life = 0;
		T1_pc = 5;
		skip }
	/* 5 test.c:8: kfree() */
	:: d_step { stop == 0 && T1_pc == 5 ->
		if
		:: (g_slot_life == 1) ->
			assert(3 < 0);
			stop = 3; goto done_5;
		:: else -> skip
		fi;
		T1_pc = 0;
		done_5:
		skip }
	od
}

active proctype thread_2_T2()
{
end:	do
	/* 1 :0: kzalloc() */
	:: d_step { stop == 0 && T2_pc == 1 ->
		if
		:: ((g_item_live[2] != 0) && (g_item_live[1] != 0)) ->
			assert(2 < 0);
			stop = 2; goto done_6;
		:: else -> skip
		fi;
		T2_kzalloc_ret = ((g_item_live[1] == 0) -> 1 : ((g_item_live[2] == 0) -> 2 : 0));
		T2_kzalloc_ret_life = 0;
		g_item_live[T2_kzalloc_ret] = 1;
		T2_mine = T2_kzalloc_ret;
		T2_mine_life = T2_kzalloc_ret_life;
		T2_kzalloc_ret = 0;
		T2_kzalloc_ret_life = 0;
		T2_pc = 2;
		done_6:
		skip }
	/* 2 :0: kzalloc() */
	:: d_step { stop == 0 && T2_pc == 2 ->
		g_slot = T2_mine;
		g_slot_life = 0;
		T2_pc = 3;
		skip }
	/* 3 :0: kzalloc() */
	:: d_step { stop == 0 && T2_pc == 3 ->
		g_item_val[g_slot] = 7;
		T2_pc = 4;
		skip }
	/* 4 test.c:8: kfree() */
	:: d_step { stop == 0 && T2_pc == 4 ->
		if
		:: ((T2_mine != 0) && (T2_mine_life != 1)) ->
			g_slot_life = (((T2_mine != 0) && (g_slot == T2_mine)) -> 1 : g_slot_life);
			T1_kzalloc_ret_life = (((T2_mine != 0) && (T1_kzalloc_ret == T2_mine)) -> 1 : T1_kzalloc_ret_life);
			T1_mine_life = (((T2_mine != 0) && (T1_mine == T2_mine)) -> 1 : T1_mine_life);
			T2_kzalloc_ret_life = (((T2_mine != 0) && (T2_kzalloc_ret == T2_mine)) -> 1 : T2_kzalloc_ret_life);
			T2_mine_life = (((T2_mine != 0) && (T2_mine == T2_mine)) -> 1 : T2_mine_life);
			g_item_val[T2_mine] = 0;
			g_item_live[T2_mine] = 0;
		:: else -> skip
		fi;
		T2_mine = 0;
		T2_mine_life = 0;
		T2_pc = 5;
		skip }
	/* 5 test.c:8: kfree() */
	:: d_step { stop == 0 && T2_pc == 5 ->
		if
		:: (g_slot_life == 1) ->
			assert(3 < 0);
			stop = 3; goto done_10;
		:: else -> skip
		fi;
		T2_pc = 0;
		done_10:
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
