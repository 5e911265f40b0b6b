// SPDX-License-Identifier: MIT

package checker

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// longRun is a search that takes a while.
var longRun = Options{NoReduce: true, MaxStates: 150_000}

const childFile = "MMCHECK_TEST_CHECKPOINT"

// TestKilledChild is no test of its own: it is the search that TestKill kills.
func TestKilledChild(t *testing.T) {
	o := longRun
	if o.Checkpoint = os.Getenv(childFile); o.Checkpoint == "" {
		t.Skip("only as a child of TestKill")
	}
	o.SaveEvery, o.Workers = time.Nanosecond, 1
	if _, err := Check(large(), o); err != nil {
		t.Fatal(err)
	}
}

// A search that is killed again and again, at any moment, comes to the same end.
func TestKill(t *testing.T) {
	noRaces(t)
	want, err := Check(large(), longRun)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "check")
	grew := 0
	for kill := range 5 {
		before := size(file)
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilledChild$")
		cmd.Env = append(os.Environ(), childFile+"="+file)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for until := time.Now().Add(5 * time.Second); size(file) < before+4000 && time.Now().Before(until); {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Duration(kill) * 3 * time.Millisecond)
		cmd.Process.Kill()
		cmd.Wait()
		if size(file) > before {
			grew++
		}
	}
	if grew == 0 {
		t.Fatal("no checkpoint was written")
	}
	o := longRun
	o.Checkpoint, o.Workers = file, 3
	r, err := Check(large(), o)
	if err != nil {
		t.Fatal(err)
	}
	if summary(r) != summary(want) || r.Stats.Resumed < 100 {
		t.Errorf("at once: %s\nkilled %d times, %d states from the file: %s", summary(want), grew, r.Stats.Resumed, summary(r))
	}
}

func size(file string) int64 {
	st, err := os.Stat(file)
	if err != nil {
		return 0
	}
	return st.Size()
}
