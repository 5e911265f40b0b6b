// SPDX-License-Identifier: MIT

// This file is the command merge: it puts the results of shards together.

package main

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/spf13/pflag"
)

func setupMerge(fs *pflag.FlagSet) func(*session, []string) (exit, error) {
	var output string
	fs.StringVarP(&output, "output", "o", "", "write the results of all into `DIR`, too")
	return func(s *session, args []string) (exit, error) { return merge(s, args, output) }
}

func merge(s *session, names []string, output string) (exit, error) {
	if len(names) == 0 {
		return exitUsage, errors.New("no DIR given; 'mmcheck sweep run' writes them")
	}
	var dirs []*resultDir
	var plan []byte
	for _, name := range names {
		d, text, err := openResults(name)
		switch {
		case err != nil:
			return exitUsage, err
		case plan != nil && !bytes.Equal(plan, text):
			return exitUsage, fmt.Errorf("%s and %s have results of different plans", names[0], name)
		}
		dirs, plan = append(dirs, d), text
	}
	checks := dirs[0].checks
	results := make([]*sweepResult, len(checks))
	for i := range checks {
		var err error
		if results[i], err = fromAny(dirs, i); err != nil {
			return exitUsage, err
		}
	}
	if output != "" {
		d, err := makeResults(output, plan, checks)
		for i := range checks {
			if err == nil && results[i] != nil {
				err = d.write(i, results[i])
			}
		}
		if err != nil {
			return exitUsage, err
		}
	}
	return table(s.out, checks, results)
}

// fromAny is the result of check i; nil if no directory has it. Where several have it,
// and a limit ended some, it is another one.
func fromAny(dirs []*resultDir, i int) (best *sweepResult, err error) {
	at := ""
	for _, d := range dirs {
		r, err := d.read(i)
		switch {
		case err != nil:
			return nil, err
		case r == nil || best != nil && r.status() == exitUnknown:
		case best == nil || best.status() == exitUnknown:
			best, at = r, d.file(i)
		case best.Of != r.Of || best.Verdict != r.Verdict:
			return nil, fmt.Errorf("%s and %s differ: remove the one that is out of date", at, d.file(i))
		}
	}
	return best, nil
}
