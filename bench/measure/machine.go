// SPDX-License-Identifier: MIT

// This file says on which machine, with which programs, figures were taken.

package main

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
)

// machine is what figures depend on.
type machine struct {
	CPU     string `json:"cpu"`
	Cores   int    `json:"cores"`
	Memory  string `json:"memory"`
	Kernel  string `json:"kernel"`
	Go      string `json:"go"`
	GCC     string `json:"gcc"`
	SPIN    string `json:"spin"`
	Mmcheck string `json:"mmcheck"`
	Stolen  string `json:"stolen"` // of the processor time wanted while it was measured
}

// thisMachine asks the system.
func thisMachine(program string) machine {
	return machine{
		CPU:     procField("/proc/cpuinfo", "model name"),
		Cores:   runtime.NumCPU(),
		Memory:  procField("/proc/meminfo", "MemTotal"),
		Kernel:  strings.TrimSpace(readAll("/proc/sys/kernel/osrelease")),
		Go:      runtime.Version(),
		GCC:     firstLineOf("gcc", "--version"),
		SPIN:    firstLineOf("spin", "-V"),
		Mmcheck: firstLineOf(program, "version"),
	}
}

// facts lists what is known, for a reader.
func (m machine) facts() [][2]string {
	return [][2]string{
		{"CPU", fmt.Sprintf("%s, %d cores", m.CPU, m.Cores)},
		{"memory", m.Memory},
		{"kernel", m.Kernel},
		{"Go", m.Go},
		{"gcc", m.GCC},
		{"SPIN", m.SPIN},
		{"mmcheck", m.Mmcheck},
		{"taken by other machines on the same host", m.Stolen},
	}
}

// ticks is processor time since the machine was started, in ticks.
type ticks struct{ used, stolen float64 }

// processorTime sums up the line "cpu" of /proc/stat, without idle time.
func processorTime() (t ticks) {
	var user, nice, system, idle, wait, irq, soft float64
	if _, err := fmt.Sscanf(readAll("/proc/stat"), "cpu %f %f %f %f %f %f %f %f", &user, &nice, &system, &idle, &wait, &irq, &soft, &t.stolen); err != nil {
		return ticks{}
	}
	t.used = user + nice + system + irq + soft
	return t
}

// stolenSince says how much of the processor time that was wanted since then the
// host gave to others: figures of a virtual machine are worth little without it.
func (t ticks) stolenSince() string {
	now := processorTime()
	stolen, used := now.stolen-t.stolen, now.used-t.used
	if stolen+used <= 0 {
		return unknown
	}
	return fmt.Sprintf("%.0f %% of the processor time wanted", 100*stolen/(stolen+used))
}

const unknown = "unknown"

func readAll(name string) string {
	text, err := os.ReadFile(name)
	if err != nil {
		return unknown
	}
	return string(text)
}

// procField finds "name : value" in a file of /proc.
func procField(file, name string) string {
	m := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(name) + `\s*:\s*(.*)$`).FindStringSubmatch(readAll(file))
	if m == nil {
		return unknown
	}
	return m[1]
}

// firstLineOf is what a program says of its version.
func firstLineOf(argv ...string) string {
	out, err := exec.Command(argv[0], argv[1:]...).Output()
	if err != nil {
		return "not installed"
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return strings.TrimSpace(line)
}
