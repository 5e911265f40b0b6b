// SPDX-License-Identifier: MIT

package specs

import (
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write include/linux/features.h from the table of kernels")

func TestFeatureHeader(t *testing.T) {
	const file = "include/linux/features.h"
	if *update {
		if err := os.WriteFile(file, []byte(featureHeader()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != featureHeader() {
		t.Errorf("%s is not what the table says: go test ./specs -update", file)
	}
}
