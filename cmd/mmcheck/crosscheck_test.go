// SPDX-License-Identifier: MIT

package main

import (
	"errors"
	"testing"

	"mmcheck/promela"
)

// Without SPIN, crosscheck says what is missing and that nothing was done.
func TestCrosscheckWithoutSpin(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	status, err := (&crosscheckCommand{}).run([]string{"spec.c"})
	var missing *promela.MissingError
	if status != exitUsage || !errors.As(err, &missing) || missing.Package != "spin" {
		t.Errorf("got status %d, %v, want %d and the package spin", status, err, exitUsage)
	}
}
