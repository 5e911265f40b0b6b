// SPDX-License-Identifier: MIT

// This file lists what there is to use: properties, cells with their native
// operations, operations of the kernel, eras, orders and specs.

package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"mmcheck/cfront"
	"mmcheck/checker/property"
	"mmcheck/model"
	"mmcheck/specs"
)

// listWidth is how wide a list gets: that of a terminal.
const listWidth = 80

// listCommand is the state of one run of list.
type listCommand struct {
	*session
	kernel string
}

// sections are the parts of the list, in order.
var sections = []struct {
	name string
	list func(*listCommand) error
}{
	{"properties", func(c *listCommand) error { listProperties(c.session); return nil }},
	{"cells", (*listCommand).cells},
	{"ops", (*listCommand).operations},
	{"adversaries", (*listCommand).adversaries},
	{"eras", (*listCommand).eras},
	{"orders", func(c *listCommand) error { listOrders(c.session); return nil }},
	{"specs", (*listCommand).specs},
}

// sectionNames names them.
func sectionNames() (names []string) {
	for _, s := range sections {
		names = append(names, s.name)
	}
	return names
}

func setupList(fs *pflag.FlagSet) func(*session, []string) (exit, error) {
	c := &listCommand{}
	fs.StringVar(&c.kernel, "kernel", "", "the operations of kernel `VERSION` (default "+specs.DefaultKernel+")")
	return func(s *session, args []string) (exit, error) {
		c.session = s
		return c.run(args)
	}
}

func (c *listCommand) run(args []string) (exit, error) {
	names := sectionNames()
	switch {
	case len(args) > 1:
		return exitUsage, errors.New("one section at a time, or none for all")
	case len(args) == 1 && !slices.Contains(names, args[0]):
		return exitUsage, fmt.Errorf("unknown section '%s'%s; want one of %s", args[0],
			cfront.DidYouMean(args[0], names), strings.Join(names, ", "))
	case len(args) == 1 && args[0] != "ops" && args[0] != "adversaries" && c.kernel != "":
		return exitUsage, fmt.Errorf("--kernel says nothing of %s", args[0])
	}
	first := true
	for _, s := range sections {
		if len(args) == 1 && args[0] != s.name {
			continue
		}
		if !first {
			fmt.Fprintln(c.out)
		}
		first = false
		if err := s.list(c); err != nil {
			return exitUsage, err
		}
	}
	return exitHolds, nil
}

func listProperties(s *session) {
	fmt.Fprintf(s.out, "Properties ('mmcheck explain ID' says more):\n")
	for _, p := range property.All {
		listLine(s, fmt.Sprintf("  %-17s %-5s %s", p.ID, p.Severity, p.Short))
	}
}

// cells lists the kinds of native cells with their operations.
func (c *listCommand) cells() error {
	for i, k := range model.Kinds {
		if i > 0 {
			fmt.Fprintln(c.out)
		}
		listLine(c.session, "Cell "+k.Name+": "+k.Doc)
		for _, o := range k.Ops {
			listCall(c.session, o.Name, o.Doc)
		}
	}
	return nil
}

func (c *listCommand) eras() error {
	fmt.Fprintf(c.out, "Kernel eras (--kernel). For a version between two, the older one stands in,\n"+
		"with the features (<linux/features.h>) that came by then:\n")
	before := ""
	for _, e := range specs.Eras {
		listLine(c.session, fmt.Sprintf("  %-7s %s", e.Version, e.What))
		also := slices.Clone(e.Also)
		if e.Name != "" {
			also = append(also, e.Name)
		}
		if len(also) > 0 {
			listLine(c.session, fmt.Sprintf("  %-7s also %s", "", strings.Join(also, ", ")))
		}
		if e.Version == specs.DefaultKernel {
			listLine(c.session, fmt.Sprintf("  %-7s the default", ""))
		}
		c.features(before, e.Version)
		before = e.Version
		if slices.Contains(specs.StableKernels(), e.Version) {
			listLine(c.session, fmt.Sprintf("  %-7s what its stable releases brought", e.Version+".y"))
			c.features(e.Version, e.Version+".y")
		}
	}
	return nil
}

// listOrders lists how the kernel orders memory accesses, and what headers say of it.
func listOrders(s *session) {
	fmt.Fprintf(s.out, "Orders of memory accesses in the kernel. The search is sequentially\n"+
		"consistent; what has a + is counted with the verdict if a thread came by it:\n")
	for _, o := range specs.Orders {
		marked := " "
		if o.Mark != "" {
			marked = "+"
		}
		listLine(s, fmt.Sprintf("  %s %s: %s; %s", marked, o.Op, o.Kernel, o.Source))
	}
}

// features lists what a kernel has that another has not, and the other way round.
func (c *listCommand) features(old, new string) {
	for _, f := range specs.Features {
		had, has := old != "" && f.In(old), f.In(new)
		switch {
		case has && !had:
			listLine(c.session, fmt.Sprintf("  %-7s + %s", "", f.Flag))
		case had && !has:
			listLine(c.session, fmt.Sprintf("  %-7s - %s", "", f.Flag))
		}
	}
}

// listCall prints what can be called, and what it does.
func listCall(s *session, name, doc string) {
	listLine(s, fmt.Sprintf("  %-26s %s", name, doc))
}

// listLine prints a line, cut off between two words where it is too wide.
func listLine(s *session, line string) {
	line = strings.TrimRight(line, " ")
	if len(line) > listWidth {
		line = line[:listWidth-len("...")]
		line = strings.TrimRight(line[:strings.LastIndexByte(line, ' ')], " ,;:") + "..."
	}
	fmt.Fprintln(s.out, line)
}
