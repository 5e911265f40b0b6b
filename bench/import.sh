#!/bin/sh
# SPDX-License-Identifier: MIT
#
# import.sh TREE LIST: checks each FILE:FUNCTION of a list, one a line, in a kernel tree
# without an edit, and prints a table: function, verdict, number of assumptions, seconds,
# and the first error where there is no verdict. The line at the end has the median of the
# assumptions of those that have one.
#
#	bench/import.sh ~/linux bench/import.txt

set -u
[ $# -eq 2 ] || { echo "usage: $0 TREE LIST" >&2; exit 2; }
mmcheck=${MMCHECK:-$(dirname "$0")/../bin/mmcheck}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

all=0 judged=0
printf '| function | verdict | assumptions | seconds | |\n|---|---|---|---|---|\n'
while read -r function; do
	begin=$(date +%s%N)
	timeout 60 "$mmcheck" check --time-limit=20s --format=json --tree "$1" "$function" >"$work/out" 2>"$work/err"
	status=$?
	end=$(date +%s%N)
	verdict=none why=
	case $status in
	0) verdict=holds ;;
	1) verdict=$(sed -n 's/^    "property": "\(.*\)",$/\1/p' "$work/out" | head -1) ;;
	3) verdict=unknown ;;
	*) why=$(grep -m1 -E 'error:|^mmcheck' "$work/err" | sed 's/.*error: //' | cut -c1-90) ;;
	esac
	assumed=$(sed -n '/^  "assumed": \[$/,/^  \]/p' "$work/out" | grep -c '^    "')
	printf '| `%s` | %s | %s | %s | %s |\n' "$function" "$verdict" "$assumed" "$(echo "scale=1; ($end - $begin) / 1000000000" | bc)" "$why"
	all=$((all + 1))
	case $verdict in
	none | unknown) ;;
	*) judged=$((judged + 1)) && echo "$assumed" >>"$work/assumed" ;;
	esac
done <"$2"
median=$(sort -n "$work/assumed" | sed -n "$(((judged + 1) / 2))p")
printf '\n%d functions, %d with a verdict (%d %%), %d assumptions in the median\n' "$all" "$judged" $((judged * 100 / all)) "$median"
