// SPDX-License-Identifier: MIT

package model

import (
	"slices"
	"testing"
)

// waitScript runs one list of operations a thread on a wait queue; thread n is
// task n. The result of the last operation that has one is watched.
func waitScript(t *testing.T, scripts ...[]string) graph {
	t.Helper()
	var watch []*Var
	var threads []func(*Code)
	for i, script := range scripts {
		threads = append(threads, func(c *Code) {
			r := c.P.NewVar("r", Memory, 0)
			watch = append(watch, r)
			c.P.RunsAs(c.T, int64(i+1))
			c.Step()
			for _, op := range script {
				var args []Value
				state := int64(2)
				switch op {
				case "killable":
					op, state = "set_current_state", taskKillable
				case "sleepy":
					op = "set_current_state"
				}
				switch op {
				case "prepare_to_wait":
					args = []Value{obj(c.P.TypeByName("wait_queue_head"), 1), {X: Const(0)}, {X: Const(state)}}
				case "set_current_state":
					args = []Value{{X: Const(state)}}
				case "wake_up_process":
					args = []Value{obj(c.P.AddType("task_struct"), 1)}
				case "finish_wait", "wake_up", "waitqueue_active":
					args = []Value{obj(c.P.TypeByName("wait_queue_head"), 1)}
				}
				if v := call(c, op, args...); v.X != nil {
					c.Do(Set{V: r, X: v.X})
				}
			}
		})
	}
	p := testProgram(t, func(p *Program) {
		p.NewInstance(p.AddType("wait_queue_head"), "queue", false, 0)
		for range scripts {
			p.NewInstance(p.AddType("task_struct"), "task", false, 0)
		}
	}, threads...)
	return explore(t, p, SealOptions{}, watch...)
}

func TestWakeUps(t *testing.T) {
	sleeper := []string{"prepare_to_wait", "__mmcheck_schedule", "finish_wait"}
	for _, c := range []struct {
		name  string
		stuck bool
		other []string
		mine  []string
	}{
		{"a running task does not sleep", false, nil, []string{"__mmcheck_schedule"}},
		{"nobody wakes", true, nil, sleeper},
		{"the wake-up may come before the preparation", true, []string{"wake_up"}, sleeper},
		{"a wake-up between preparation and sleep is kept", false, nil, []string{"prepare_to_wait", "wake_up", "__mmcheck_schedule"}},
		{"whoever was woken has left the queue", true, nil, []string{"prepare_to_wait", "wake_up", "sleepy", "wake_up", "__mmcheck_schedule"}},
		{"whoever left is running", false, nil, []string{"prepare_to_wait", "finish_wait", "__mmcheck_schedule"}},
		{"a task is woken without a queue", false, nil, []string{"sleepy", "wake_up_process", "__mmcheck_schedule"}},
		{"a signal wakes", false, nil, []string{"killable", "__mmcheck_schedule_signals"}},
		{"but not from any sleep", true, nil, []string{"sleepy", "__mmcheck_schedule_signals"}},
		{"nor without looking", true, nil, []string{"killable", "__mmcheck_schedule"}},
	} {
		if g := waitScript(t, c.mine, c.other); (g.stuck > 0) != c.stuck || len(g.broken) != 0 {
			t.Errorf("%s: %d stuck states, broken %v", c.name, g.stuck, g.broken)
		}
	}
	if g := waitScript(t, []string{"wake_up_process"}, []string{"sleepy", "__mmcheck_schedule"}); g.stuck == 0 {
		t.Error("waking one task wakes another")
	}
}

func TestWaitResults(t *testing.T) {
	if g := waitScript(t, []string{"killable", "__mmcheck_schedule_signals"}, []string{"wake_up_process"}); g.stuck != 0 || !slices.Equal(g.ends, []string{"0 1", "1 0"}) {
		t.Errorf("task 1 is woken by the other, which says so, or else by a signal: %v, %d stuck", g.ends, g.stuck)
	}
	if g := waitScript(t, []string{"prepare_to_wait", "waitqueue_active"}, nil); !slices.Equal(g.ends, []string{"1 0"}) {
		t.Errorf("waitqueue_active behind a waiter: %v", g.ends)
	}
	if g := waitScript(t, []string{"prepare_to_wait", "finish_wait", "waitqueue_active"}, nil); !slices.Equal(g.ends, []string{"0 0"}) {
		t.Errorf("waitqueue_active of an empty queue: %v", g.ends)
	}
}
