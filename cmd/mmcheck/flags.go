// SPDX-License-Identifier: MIT

// This file holds what the flags of all commands share: how a flag set
// behaves, defaults from the environment, and the types of flags that pflag
// does not have.

package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"mmcheck/cfront"
	"mmcheck/checker"
	"mmcheck/checker/property"
)

// newFlagSet makes the flag set of one command.
func newFlagSet(name string) *pflag.FlagSet {
	fs := pflag.NewFlagSet(name, pflag.ContinueOnError)
	fs.SortFlags = false
	fs.Usage = func() {} // dispatch prints it
	return fs
}

// fromEnvironment sets every flag that was not given to MMCHECK_<FLAG>, if
// there is such a variable: MMCHECK_MAX_STATES for --max-states.
func fromEnvironment(fs *pflag.FlagSet, getenv func(string) string) error {
	var failed error
	fs.VisitAll(func(f *pflag.Flag) {
		name := "MMCHECK_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value := getenv(name)
		if f.Changed || value == "" || failed != nil {
			return
		}
		if err := fs.Set(f.Name, value); err != nil {
			failed = fmt.Errorf("in the environment variable %s: %w", name, err)
		}
	})
	return failed
}

// choice is a flag with a few possible values.
type choice struct {
	value  *string
	values []string
}

func (c choice) String() string { return *c.value }
func (c choice) Type() string   { return strings.Join(c.values, "|") }

func (c choice) Set(s string) error {
	if !slices.Contains(c.values, s) {
		return fmt.Errorf("want one of %s", strings.Join(c.values, ", "))
	}
	*c.value = s
	return nil
}

// find is the flag --find.
type find struct{ value *checker.Find }

func (f find) String() string { return string(*f.value) }
func (f find) Type() string   { return "dangling|rule|any" }

func (f find) Set(s string) error {
	v := checker.Find(s)
	switch v {
	case checker.FindDangling, checker.FindRule, checker.FindAny:
		*f.value = v
		return nil
	}
	return fmt.Errorf("want one of dangling, rule, any")
}

// size is a number of bytes, such as 512M or 4G.
type size struct{ value *int64 }

func (z size) Type() string { return "size" }

func (z size) String() string {
	if *z.value == 0 {
		return ""
	}
	return formatBytes(*z.value)
}

func (z size) Set(s string) error {
	number := strings.TrimRight(strings.ToUpper(s), "KMGTIB")
	unit := strings.TrimSuffix(strings.TrimSuffix(strings.ToUpper(s)[len(number):], "B"), "I")
	shift, ok := map[string]int{"": 0, "K": 10, "M": 20, "G": 30, "T": 40}[unit]
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || !ok || n < 0 || n > math.MaxInt64>>shift {
		return fmt.Errorf("want a size such as 512M or 4G")
	}
	*z.value = n << shift
	return nil
}

// formatBytes prints a size in the largest unit that leaves one digit or more.
func formatBytes(n int64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB"}
	f, u := float64(n), 0
	for f >= 1024 && u < len(units)-1 {
		f, u = f/1024, u+1
	}
	if u == 0 || f == math.Trunc(f) {
		return fmt.Sprintf("%.0f %s", f, units[u])
	}
	return fmt.Sprintf("%.1f %s", f, units[u])
}

// propertyIDs is a list of property ids, checked when the flag is parsed.
type propertyIDs struct{ value *[]string }

func (p propertyIDs) Type() string   { return "id" }
func (p propertyIDs) String() string { return strings.Join(*p.value, ",") }

func (p propertyIDs) Set(s string) error {
	for _, id := range strings.Split(s, ",") {
		if property.ByID(id) == nil {
			return fmt.Errorf("unknown property '%s'%s", id, cfront.DidYouMean(id, propertyNames()))
		}
		*p.value = append(*p.value, id)
	}
	return nil
}

// propertyNames lists the ids of all properties.
func propertyNames() []string {
	var ids []string
	for _, p := range property.All {
		ids = append(ids, p.ID)
	}
	return ids
}

// assumptions is a list of FUNCTION=KIND.
type assumptions struct{ value *[]string }

func (a assumptions) Type() string   { return "assumption" }
func (a assumptions) String() string { return strings.Join(*a.value, ",") }

func (a assumptions) Set(s string) error {
	for _, one := range strings.Split(s, ",") {
		name, kind, _ := strings.Cut(one, "=")
		kind, values := cfront.AssumedValues(kind)
		switch {
		case !defineWord.MatchString(name) || kind == "":
			return fmt.Errorf("want FUNCTION=KIND, such as may_expand_vm=nondet")
		case !slices.Contains(cfront.AssumeKinds(), kind) || values != nil && kind != "nondet":
			return fmt.Errorf("unknown kind '%s'%s; want one of %s", kind, cfront.DidYouMean(kind, cfront.AssumeKinds()), strings.Join(cfront.AssumeKinds(), ", "))
		}
		*a.value = append(*a.value, one)
	}
	return nil
}
