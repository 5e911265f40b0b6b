// SPDX-License-Identifier: MIT

// This file knows which kernels the model is about. Headers tell the version by
// LINUX_VERSION_CODE, and <linux/features.h> dates what changed.

package cfront

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"

	"mmcheck/model"
)

const versionPattern = `KERNEL_VERSION\(([0-9]+), *([0-9]+), *[0-9]+\)`

var (
	datedRE   = lazyRE(versionPattern)
	defaultRE = lazyRE(`#define\s+DEFAULT_KERNEL_VERSION\s+` + versionPattern)
	// oldestRE is the oldest kernel that the model knows. It stands in for what is
	// older, but for the few things that are dated before it.
	oldestRE = lazyRE(`#define\s+OLDEST_KERNEL_VERSION\s+` + versionPattern)
)

// versionCode is a kernel version as a number that grows with it.
func versionCode(kernel string) (int, bool) {
	m := kernelRE().FindStringSubmatch(kernel)
	if m == nil {
		return 0, false
	}
	return code(m[1], m[2]), true
}

func code(major, minor string) int {
	a, _ := strconv.Atoi(major)
	b, _ := strconv.Atoi(minor)
	return a<<16 + b<<8
}

func versionName(code int) string { return fmt.Sprintf("%d.%d", code>>16, code>>8&0xff) }

// versionIn is the version that a header defines something as, 0 if it does not.
func versionIn(src []byte, re *regexp.Regexp) int {
	m := re.FindSubmatch(src)
	if m == nil {
		return 0
	}
	return code(string(m[1]), string(m[2]))
}

// featureHeader is the text of <linux/features.h>, nil if nothing included it.
func (u *Unit) featureHeader() []byte {
	for name, src := range u.Files {
		if u.isHeader(name) && path.Base(name) == "features.h" && path.Base(path.Dir(name)) == "linux" {
			return src
		}
	}
	return nil
}

// kernel is the version that a spec is about and the one that stands in for it
// if that is not the same; both are "" if nothing asks for it. One that is newer
// than all that the headers know is an error.
func (u *Unit) kernel() (kernel, standIn string, diags Diagnostics) {
	src := u.featureHeader()
	if src == nil || slices.ContainsFunc(u.cfg.Define, func(d string) bool { return definesMacro(d, "LINUX_VERSION_CODE") }) {
		return "", "", nil
	}
	newest := 0
	for _, m := range datedRE().FindAllSubmatch(src, -1) {
		newest = max(newest, code(string(m[1]), string(m[2])))
	}
	want, given := versionCode(u.cfg.Kernel)
	if !given {
		want = versionIn(src, defaultRE())
	}
	oldest := versionIn(src, oldestRE())
	switch {
	case want == 0:
		return "", "", nil
	case want > newest:
		text := fmt.Sprintf("kernel %s is not modelled: what the headers know ends with %s", versionName(want), versionName(newest))
		return "", "", Diagnostics{{Pos: model.Pos{File: u.Name}, Text: text, ID: "kernel",
			Notes: []Diagnostic{{Pos: model.Pos{File: u.Name}, Severity: Note, Text: fmt.Sprintf("--kernel=%s asks about that one", versionName(newest))}}}}
	case want < oldest:
		standIn = versionName(oldest)
	}
	return versionName(want), standIn, nil
}

// definesMacro reports whether the argument of a -D defines a macro.
func definesMacro(d, name string) bool {
	m := defineRE.FindStringSubmatch(d)
	return m != nil && m[1] == name
}
