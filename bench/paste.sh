#!/bin/sh
# SPDX-License-Identifier: MIT
#
# paste.sh TREE LIST: the functions of import.sh, each alone: of the spec that mmcheck
# import writes, a spec is checked that has the function, the headers of the model, INIT and
# the threads, and nothing else of the tree.
#
#	bench/paste.sh ~/linux bench/import.txt

set -u
[ $# -eq 2 ] || { echo "usage: $0 TREE LIST" >&2; exit 2; }
mmcheck=${MMCHECK:-$(dirname "$0")/../bin/mmcheck}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

all=0 judged=0
printf '| function | verdict | |\n|---|---|---|\n'
while read -r function; do
	name=${function#*:} verdict=none why=
	timeout 60 "$mmcheck" import --tree "$1" -o "$work/whole.c" "$function" >/dev/null 2>&1
	awk -v name="$name" '
		/^#include|^#define MM_[A-Z_]* / || /^ \* Kernel:/ { if (!code) head = head $0 "\n" }
		/^#line/ { code = 1; if (found) done = 1; block = "" }
		/^#define IMPORT_ADDR/ { scene = 1 }
		scene { rest = rest $0 "\n"; next }
		code && !done && !/^#line/ { block = block $0 "\n"; if (index($0, name "(") && !/;$/) found = 1; if (found) text = block }
		END { gsub(/ \* Kernel/, "/*\n * Kernel", head); sub(/\n#/, "\n */\n#", head); printf "%s%s\n%s", head, text, rest }
	' "$work/whole.c" >"$work/$name.c"
	timeout 60 "$mmcheck" check --time-limit=20s --format=json "$work/$name.c" >"$work/out" 2>"$work/err"
	case $? in
	0) verdict=holds ;;
	1) verdict=$(sed -n 's/^    "property": "\(.*\)",$/\1/p' "$work/out" | head -1) ;;
	3) verdict=unknown ;;
	*) why=$(grep -m1 -E 'error:|^mmcheck' "$work/err" | sed 's/.*error: //' | cut -c1-90) ;;
	esac
	printf '| `%s` | %s | %s |\n' "$function" "$verdict" "$why"
	all=$((all + 1))
	case $verdict in
	none | unknown) ;;
	*) judged=$((judged + 1)) ;;
	esac
	rm -f "$work/whole.c"
done <"$2"
printf '\n%d functions, %d with a verdict (%d %%)\n' "$all" "$judged" $((judged * 100 / all))
