// SPDX-License-Identifier: MIT

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"mmcheck/specs"
)

const readme = "../../README.md"

// readmeBlock is a block of C or of a console session.
var readmeBlock = regexp.MustCompile("(?s)```(c|console)\n(.*?)```")

// TestReadme does what README.md tells its reader: it saves the C as mine.c,
// and runs every command of a console block, which must print what the README
// says; -update rewrites it.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	shipped, _ := filepath.Abs(specDir)
	program, err := exec.LookPath("mmcheck")
	if err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{"specs": shipped, "bin": filepath.Dir(program)} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	mine, replayed := "", 0
	got := readmeBlock.ReplaceAllStringFunc(string(text), func(block string) string {
		m := readmeBlock.FindStringSubmatch(block)
		if m[1] == "c" {
			mine = m[2] + mine // what comes later goes to the top of the file
			if err := os.WriteFile(filepath.Join(dir, "mine.c"), []byte(mine), 0o666); err != nil {
				t.Fatal(err)
			}
			compile(t, filepath.Join(dir, "mine.c"), "", nil)
			return block
		}
		replayed++
		return "```console\n" + replay(t, dir, m[2]) + "```"
	})
	if replayed < 3 {
		t.Errorf("%d console blocks", replayed)
	}
	switch {
	case got == string(text):
	case *update:
		if err := os.WriteFile(readme, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("README.md shows what is not printed; -update rewrites it. Printed:\n%s", got)
	}
}

// TestReadmeKernels finds in README.md the kernels of the table.
func TestReadmeKernels(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	if want := "**`--kernel` is " + specs.Kernels() + "**"; !strings.Contains(strings.Join(strings.Fields(string(text)), " "), want) {
		t.Errorf("README.md does not say %s", want)
	}
}

// progressLines come on a slow machine only.
var progressLines = regexp.MustCompile(`(?m)^mmcheck: [\d,]+ (?:of about [\d,]+ )?(?:states|schedules|changes|checks)\b.*\n`)

// replay runs the commands of a block and returns the block as it should be.
func replay(t *testing.T, dir, block string) string {
	var out strings.Builder
	status := 0
	for line := range strings.Lines(block) {
		command, ok := strings.CutPrefix(strings.TrimSpace(line), "$ ")
		if !ok {
			continue
		}
		out.WriteString(line)
		cmd := exec.Command("sh", "-c", strings.ReplaceAll(command, "$?", string(rune('0'+status))))
		cmd.Dir = dir
		printed, err := cmd.CombinedOutput()
		if status = cmd.ProcessState.ExitCode(); status < 0 || status > 4 {
			t.Errorf("%s: %v", command, err)
		}
		out.Write(progressLines.ReplaceAll(printed, nil))
	}
	return out.String()
}
