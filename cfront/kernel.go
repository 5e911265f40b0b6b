// SPDX-License-Identifier: MIT

// This file knows which kernels the model is about. Headers tell the version by
// LINUX_VERSION_CODE, and <linux/version.h> dates what changed.

package cfront

import (
	"fmt"
	"path"
	"slices"
	"strconv"

	"mmcheck/model"
)

// OldestKernel is the oldest kernel that the model knows. It stands in for what
// is older, but for the few things that <linux/version.h> dates before it.
const OldestKernel = "5.12"

var (
	datedRE   = lazyRE(`KERNEL_VERSION\(([0-9]+), *([0-9]+), *[0-9]+\)`)
	defaultRE = lazyRE(`#define\s+LINUX_VERSION_CODE\s+KERNEL_VERSION\(([0-9]+), *([0-9]+), *[0-9]+\)`)
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

// versionHeader is the text of <linux/version.h>, nil if nothing included it.
func (u *Unit) versionHeader() []byte {
	for name, src := range u.Files {
		if u.isHeader(name) && path.Base(name) == "version.h" && path.Base(path.Dir(name)) == "linux" {
			return src
		}
	}
	return nil
}

// kernel is the version that a spec is about and the one that stands in for it
// if that is not the same; both are "" if nothing asks for it. One that is newer
// than all that the headers know is an error.
func (u *Unit) kernel() (kernel, standIn string, diags Diagnostics) {
	src := u.versionHeader()
	if src == nil || slices.ContainsFunc(u.cfg.Define, func(d string) bool { return definesMacro(d, "LINUX_VERSION_CODE") }) {
		return "", "", nil
	}
	newest := 0
	for _, m := range datedRE().FindAllSubmatch(src, -1) {
		newest = max(newest, code(string(m[1]), string(m[2])))
	}
	want, given := versionCode(u.cfg.Kernel)
	if m := defaultRE().FindSubmatch(src); !given && m != nil {
		want = code(string(m[1]), string(m[2]))
	}
	oldest, _ := versionCode(OldestKernel)
	switch {
	case want == 0:
		return "", "", nil
	case want > newest:
		text := fmt.Sprintf("kernel %s is not modelled: what the headers know ends with %s", versionName(want), versionName(newest))
		return "", "", Diagnostics{{Pos: model.Pos{File: u.Name}, Text: text, ID: "kernel",
			Notes: []Diagnostic{{Pos: model.Pos{File: u.Name}, Severity: Note, Text: fmt.Sprintf("--kernel=%s asks about that one", versionName(newest))}}}}
	case want < oldest:
		standIn = OldestKernel
	}
	return versionName(want), standIn, nil
}

// definesMacro reports whether the argument of a -D defines a macro.
func definesMacro(d, name string) bool {
	m := defineRE.FindStringSubmatch(d)
	return m != nil && m[1] == name
}
