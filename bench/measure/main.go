// SPDX-License-Identifier: MIT

// This file reads the command line of the benchmark and runs it.

// Measure measures mmcheck beside SPIN on a family of small models: numbers of
// states, speed, memory, reduction, and the time from source to verdict. It
// runs in the root of the module, as "go run ./bench/measure" or "make bench".
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/pflag"
)

// options are the flags.
type options struct {
	sizes       []string
	quick       bool
	program     string
	json, write string
	runs        int
	budget      time.Duration
	limit       time.Duration
	benchtime   time.Duration
}

func main() {
	o, err := parse(os.Args[1:])
	if errors.Is(err, pflag.ErrHelp) {
		return
	}
	if err == nil {
		err = o.run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
}

func parse(args []string) (*options, error) {
	o := &options{}
	fs := pflag.NewFlagSet("bench", pflag.ContinueOnError)
	fs.SortFlags = false
	fs.StringSliceVar(&o.sizes, "sizes", nil, "measure these `SIZES` only, such as S1,S2 (default all)")
	fs.BoolVar(&o.quick, "quick", false, "one short run: S0 to S2, once each")
	fs.StringVar(&o.program, "mmcheck", "bin/mmcheck", "measure this `PROGRAM`")
	fs.StringVar(&o.json, "json", "", "write all figures to `FILE`, too")
	fs.StringVar(&o.write, "write", "", "write the tables as a page to `FILE`, too")
	fs.IntVar(&o.runs, "runs", 5, "measure `N` times, after once to warm up")
	fs.DurationVar(&o.budget, "budget", time.Minute, "measure no further time after `TIME` on one size")
	fs.DurationVar(&o.limit, "limit", 5*time.Minute, "stop a program after `TIME`")
	fs.DurationVar(&o.benchtime, "benchtime", 500*time.Millisecond, "`TIME` for each benchmark of a function")
	if err := fs.Parse(args); err != nil {
		return nil, err
	}
	if fs.NArg() > 0 {
		return nil, fmt.Errorf("what is %q? There are flags only", fs.Arg(0))
	}
	if o.runs < 1 {
		return nil, errors.New("--runs must be at least 1")
	}
	if o.quick {
		o.runs, o.benchtime = 1, 50*time.Millisecond
		if len(o.sizes) == 0 {
			o.sizes = []string{"S0", "S1", "S2"}
		}
	}
	return o, nil
}

// run measures and writes what was asked for.
func (o *options) run() error {
	for _, name := range []string{spec, twin, o.program} {
		if _, err := os.Stat(name); err != nil {
			return fmt.Errorf("%w; run 'make build' in the root of the module first", err)
		}
	}
	r, err := o.collect()
	if err != nil {
		return err
	}
	writeText(os.Stdout, r)
	if o.json != "" {
		var b bytes.Buffer
		if err := writeJSON(&b, r); err != nil {
			return err
		}
		if err := os.WriteFile(o.json, b.Bytes(), 0o666); err != nil {
			return err
		}
	}
	if o.write != "" {
		var b bytes.Buffer
		writePage(&b, r)
		return os.WriteFile(o.write, b.Bytes(), 0o666)
	}
	return nil
}

// collect takes all measurements.
func (o *options) collect() (*results, error) {
	chosen, err := choose(sizes, o.sizes)
	if err != nil {
		return nil, err
	}
	scratch, err := os.MkdirTemp("", "mmcheck-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(scratch)
	start := processorTime()
	r := &results{Machine: thisMachine(o.program), Missing: missing()}
	c := &collector{bounds: bounds{o.runs, o.budget, o.limit, os.Stderr}, program: o.program}
	if len(r.Missing) == 0 {
		c.spin = &spin{scratch}
	} else {
		fmt.Fprintf(os.Stderr, "bench: %s not installed: no figures of SPIN\n", strings.Join(r.Missing, " and "))
	}
	for _, s := range buggy {
		m, err := c.bug(s)
		if err != nil {
			return nil, err
		}
		r.Buggy = append(r.Buggy, m)
	}
	c.touch(chosen)
	for _, s := range chosen {
		m, err := c.family(s)
		if err != nil {
			return nil, err
		}
		r.Family = append(r.Family, m)
	}
	if r.Benchmarks, err = benchmarks(o.benchtime, o.limit); err != nil {
		fmt.Fprintln(os.Stderr, "bench: no benchmarks of functions:", err)
	}
	r.Machine.Stolen = start.stolenSince()
	return r, nil
}
