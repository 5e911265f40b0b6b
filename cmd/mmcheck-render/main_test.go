// SPDX-License-Identifier: MIT

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// program is the command, built once.
var program string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "mmcheck-render")
	if err == nil {
		program = filepath.Join(dir, "mmcheck-render")
		var out []byte
		if out, err = exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
			err = errors.New(string(out))
		}
	}
	if err != nil {
		panic(err)
	}
	status := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(status)
}

// run starts the command with a home and a temporary directory of its own.
func run(t *testing.T, home, tmp, dot string, args ...string) (out, msg string, status int) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = []string{"HOME=" + home, "TMPDIR=" + tmp, "PATH=" + os.Getenv("PATH")}
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(dot), &stdout, &stderr
	if err := cmd.Run(); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			t.Fatal(err)
		}
	}
	return stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()
}

// TestPictures draws every golden of the report package, twice.
func TestPictures(t *testing.T) {
	files, err := filepath.Glob("../../report/testdata/*.dot")
	if err != nil || len(files) == 0 {
		t.Fatal("no pictures to draw:", err)
	}
	home, tmp := t.TempDir(), t.TempDir()
	for _, f := range files {
		dot, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		first, msg, status := run(t, home, tmp, string(dot))
		if status != 0 || msg != "" || !strings.Contains(first, "</svg>") {
			t.Fatalf("%s: status %d, %s", f, status, msg)
		}
		if strings.Contains(first, "Courier") || strings.Contains(first, "Helvetica,sans-Serif") {
			t.Errorf("%s: fonts not replaced", f)
		}
		if again, _, _ := run(t, home, tmp, string(dot)); again != first {
			t.Errorf("%s: differs between runs", f)
		}
	}
}

func TestErrors(t *testing.T) {
	home, tmp := t.TempDir(), t.TempDir()
	for _, x := range []struct{ dot, want string }{
		{"digraph {", "syntax error"},
		{" \n", "no DOT"},
		{"\x00\xff", ""},
	} {
		out, msg, status := run(t, home, tmp, x.dot)
		if status != 2 || out != "" || strings.Count(msg, "\n") != 1 || !strings.HasPrefix(msg, "mmcheck-render: ") || !strings.Contains(msg, x.want) {
			t.Errorf("%q: status %d, stdout %q, stderr %q", x.dot, status, out, msg)
		}
	}
	if _, msg, status := run(t, home, tmp, "", "--help"); status != 2 || !strings.Contains(msg, "no arguments") {
		t.Errorf("with an argument: status %d, stderr %q", status, msg)
	}
}

const small = "digraph { a -> b }"

// TestCacheIsPrivate holds the order of package initialisation to what
// privatecache relies on: the shared temporary directory stays empty.
func TestCacheIsPrivate(t *testing.T) {
	home, tmp := t.TempDir(), t.TempDir()
	if _, msg, status := run(t, home, tmp, small); status != 0 {
		t.Fatal(msg)
	}
	if left, _ := os.ReadDir(tmp); len(left) > 0 {
		t.Errorf("%s found in the shared temporary directory", left[0].Name())
	}
	dir := filepath.Join(home, ".cache", "mmcheck")
	st, err := os.Stat(dir)
	if err != nil || st.Mode().Perm() != 0o700 {
		t.Fatalf("cache: %v, %v", st, err)
	}
	if in, _ := os.ReadDir(dir); len(in) == 0 {
		t.Error("nothing cached")
	}
}

// TestCacheNotTrusted gives it directories that others may write to, or choose.
func TestCacheNotTrusted(t *testing.T) {
	for name, prepare := range map[string]func(dir string) error{
		"open":    func(dir string) error { return errors.Join(os.Mkdir(dir, 0o777), os.Chmod(dir, 0o777)) },
		"symlink": func(dir string) error { return os.Symlink(t.TempDir(), dir) },
		"file":    func(dir string) error { return os.WriteFile(dir, nil, 0o600) },
	} {
		home, tmp := t.TempDir(), t.TempDir()
		dir := filepath.Join(home, ".cache", "mmcheck")
		if err := errors.Join(os.Mkdir(filepath.Dir(dir), 0o700), prepare(dir)); err != nil {
			t.Fatal(err)
		}
		if _, msg, status := run(t, home, tmp, small); status != 0 {
			t.Errorf("%s: %s", name, msg)
		}
		if in, _ := os.ReadDir(dir); len(in) > 0 {
			t.Errorf("%s: cached in a directory that is not private", name)
		}
		if left, _ := os.ReadDir(tmp); len(left) > 0 {
			t.Errorf("%s: cached in the shared temporary directory", name)
		}
	}
}
