// SPDX-License-Identifier: MIT

// This file knows which kernels the model is about. Headers tell the version by
// LINUX_VERSION_CODE, and <linux/features.h> dates what changed.

package cfront

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"mmcheck/model"
)

const versionPattern = `KERNEL_VERSION\(([0-9]+), *([0-9]+), *[0-9]+\)`

// stable is the sublevel of the newest stable release of a kernel, which is not known.
const stable = 255

var (
	kernelRE   = lazyRE(`^([0-9]{1,2})\.([0-9]{1,3})(\.y)?$`)
	datedRE    = lazyRE(versionPattern)
	modelledRE = lazyRE(`#define\s+MODELLED_KERNELS[\\\s]+((?:` + versionPattern + `[,\\\s]*)+)`)
	stableRE   = lazyRE(`KERNEL_VERSION\(([0-9]+), *([0-9]+), *255\)`)
	namedRE    = lazyRE(`#define\s+([A-Z]+)_KERNEL_VERSION\s+` + versionPattern)
)

// kernelNames are names of versions, which <linux/features.h> has in capitals.
var kernelNames = []string{"latest", "next"}

// kernelVersion is a kernel as a number that grows, without the sublevel.
type kernelVersion int

func (v kernelVersion) String() string { return fmt.Sprintf("%d.%d", v>>16, v>>8&0xff) }

func versionOf(major, minor string) kernelVersion {
	a, _ := strconv.Atoi(major)
	b, _ := strconv.Atoi(minor)
	return kernelVersion(a<<16 + b<<8)
}

// versionsIn lists what a text has of the form of a pattern that is, or ends with, two
// numbers.
func versionsIn(src []byte, re *regexp.Regexp) []kernelVersion {
	var found []kernelVersion
	for _, m := range re.FindAllSubmatch(src, -1) {
		found = append(found, versionOf(string(m[len(m)-2]), string(m[len(m)-1])))
	}
	return found
}

// kernelMacro is the value that LINUX_VERSION_CODE gets for a kernel, "" if it is
// neither a version nor a name of one.
func kernelMacro(kernel string) string {
	if slices.Contains(kernelNames, kernel) {
		return strings.ToUpper(kernel) + "_KERNEL_VERSION"
	}
	m := kernelRE().FindStringSubmatch(kernel)
	if m == nil {
		return ""
	}
	code := versionOf(m[1], m[2])
	if m[3] != "" {
		code += stable
	}
	return strconv.Itoa(int(code))
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
// than all that the headers know is an error, and so are stable releases of which they
// say nothing.
func (u *Unit) kernel() (kernel, standIn string, diags Diagnostics) {
	src := u.featureHeader()
	if src == nil || slices.ContainsFunc(u.cfg.Define, func(d string) bool { return definesMacro(d, "LINUX_VERSION_CODE") }) {
		return "", "", nil
	}
	want, suffix := namedKernel(src, cmp.Or(u.cfg.Kernel, "default")), ""
	if m := kernelRE().FindStringSubmatch(u.cfg.Kernel); m != nil {
		want, suffix = versionOf(m[1], m[2]), m[3]
	}
	if want == 0 {
		return "", "", nil
	}
	if newest := slices.Max(append(versionsIn(src, datedRE()), 0)); want > newest {
		return "", "", u.noKernel(fmt.Sprintf("kernel %s is not modelled: what the headers know ends with %s", want, newest),
			fmt.Sprintf("--kernel=%s asks about that one", newest))
	}
	if known := versionsIn(src, stableRE()); suffix != "" && !slices.Contains(known, want) {
		return "", "", u.noKernel(fmt.Sprintf("what the stable releases of kernel %s have beyond it is not modelled", want),
			fmt.Sprintf("--kernel=%s asks about the first one%s", want, stableOf(known)))
	}
	if m := modelledRE().FindSubmatch(src); m != nil {
		standIn = standInFor(want, versionsIn(m[1], datedRE()))
	}
	return want.String() + suffix, standIn, nil
}

// namedKernel is the version that a header calls by a name, 0 if it does not.
func namedKernel(src []byte, name string) kernelVersion {
	for _, m := range namedRE().FindAllSubmatch(src, -1) {
		if string(m[1]) == strings.ToUpper(name) {
			return versionOf(string(m[2]), string(m[3]))
		}
	}
	return 0
}

// standInFor names the newest of the kernels that were modelled up to some version, the
// oldest if there is none, "" if it is that version.
func standInFor(want kernelVersion, modelled []kernelVersion) string {
	slices.Sort(modelled)
	n, found := slices.BinarySearch(modelled, want)
	if found {
		return ""
	}
	return modelled[max(n-1, 0)].String()
}

// stableOf says which stable releases could be asked about.
func stableOf(known []kernelVersion) string {
	var names []string
	slices.Sort(known)
	for _, v := range slices.Compact(known) {
		names = append(names, v.String()+".y")
	}
	if len(names) == 0 {
		return ""
	}
	return "; known are " + strings.Join(names, ", ")
}

func (u *Unit) noKernel(text, instead string) Diagnostics {
	at := model.Pos{File: u.Name}
	return Diagnostics{{Pos: at, Text: text, ID: "kernel", Notes: []Diagnostic{{Pos: at, Severity: Note, Text: instead}}}}
}

// definesMacro reports whether the argument of a -D defines a macro.
func definesMacro(d, name string) bool {
	m := defineRE.FindStringSubmatch(d)
	return m != nil && m[1] == name
}
