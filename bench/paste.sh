#!/bin/sh
# SPDX-License-Identifier: MIT
#
# paste.sh TREE LIST: the functions of import.sh, each pasted: a file has the text of the
# function as it stands in the tree and nothing else, and mmcheck check FILE:FUNCTION is
# asked about it. KEEP=DIR keeps the files, and what was said of them.
#
#	bench/paste.sh ~/linux bench/import.txt

set -u
[ $# -eq 2 ] || { echo "usage: $0 TREE LIST" >&2; exit 2; }
mmcheck=${MMCHECK:-$(dirname "$0")/../bin/mmcheck}
work=${KEEP:-$(mktemp -d)}
mkdir -p "$work"
[ -n "${KEEP:-}" ] || trap 'rm -rf "$work"' EXIT

all=0 judged=0
printf '| function | verdict | |\n|---|---|---|\n'
while read -r function; do
	name=${function#*:} verdict=none why=
	file=$work/$(echo "${function%%:*}" | tr / _).$name.c
	# A head begins behind an empty line, a brace, a semicolon, a comment or a directive.
	awk -v name="${name#sys_}" '
		done { next }
		inside { text = text $0 "\n"; if (/^}/ || (!body && /;$/)) { if (/^}/) { printf "%s", text; done = 1 } inside = 0; text = "" } else if (/^{/) body = 1; next }
		/^$/ || /^#/ || /^}/ || /;$/ || /\*\/$/ || /^[ \t]/ || /^\/\*/ { text = ""; next }
		{ text = text $0 "\n" }
		match($0, "(^|[^A-Za-z0-9_])" name "[(,)]") && /^[a-zA-Z_]/ && !/;$/ { inside = 1; body = 0; if (/^}/) done = 1 }
	' "$1/${function%%:*}" >"$file"
	timeout -s KILL 60 "$mmcheck" check --time-limit=${LIMIT:-20s} --format=json "$file:$name" >"$file.json" 2>"$file.err"
	case $? in
	0) verdict=holds ;;
	1) verdict=$(sed -n 's/^    "property": "\(.*\)",$/\1/p' "$file.json" | head -1) ;;
	3) verdict=unknown ;;
	*) why=$(grep -m1 -E 'error:|^mmcheck' "$file.err" | sed 's/.*error: //' | cut -c1-90) ;;
	esac
	printf '| `%s` | %s | %s |\n' "$function" "$verdict" "$why"
	all=$((all + 1))
	case $verdict in
	none | unknown) ;;
	*) judged=$((judged + 1)) ;;
	esac
done <"$2"
printf '\n%d functions, %d with a verdict (%d %%)\n' "$all" "$judged" $((judged * 100 / all))
