// SPDX-License-Identifier: MIT

// This file is the command completion: what a shell offers at the tabulator, from the
// same definitions as the help.

package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"mmcheck/cfront"
)

var shells = []string{"bash", "zsh", "fish"}

func setupCompletion(*pflag.FlagSet) func(*session, []string) (exit, error) {
	return func(s *session, args []string) (exit, error) {
		if len(args) != 1 {
			return exitUsage, errors.New("want one of " + strings.Join(shells, ", "))
		}
		switch args[0] {
		case "bash":
			bashCompletion(s.out)
		case "zsh":
			fmt.Fprint(s.out, "autoload -U +X bashcompinit && bashcompinit\n")
			bashCompletion(s.out)
		case "fish":
			fishCompletion(s.out)
		default:
			return exitUsage, fmt.Errorf("unknown shell '%s'%s; want one of %s", args[0], cfront.DidYouMean(args[0], shells), strings.Join(shells, ", "))
		}
		return exitHolds, nil
	}
}

// argumentsOf are the words that a command takes, nil if they are names of files.
func argumentsOf(c *command) []string {
	switch c.name {
	case "explain":
		return propertyNames()
	case "list":
		return sectionNames()
	case "completion":
		return shells
	case "help":
		return commandNames()
	}
	return nil
}

// valuesOf are the values of a flag, nil if there are too many to be named.
func valuesOf(f *pflag.Flag) []string {
	switch v := f.Value.(type) {
	case choice:
		return v.values
	case find:
		return strings.Split(v.Type(), "|")
	case propertyIDs:
		return propertyNames()
	}
	return nil
}

// namesOf are a flag as it is written, the long form first.
func namesOf(f *pflag.Flag) []string {
	names := []string{"--" + f.Name}
	if f.Shorthand != "" {
		names = append(names, "-"+f.Shorthand)
	}
	return names
}

// firstWords are the words that a command line can begin with.
func firstWords() []string {
	var out []string
	for _, c := range commandNames() {
		first, _, _ := strings.Cut(c, " ")
		out = append(out, first)
	}
	return slices.Compact(out)
}

// bashCompletion writes a function that bash asks. Where it offers nothing, bash offers
// files.
func bashCompletion(w io.Writer) {
	fmt.Fprint(w, `_mmcheck()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} words=
	if [[ $cur == = ]]; then
		cur=
	elif [[ $prev == = ]]; then
		prev=${COMP_WORDS[COMP_CWORD-2]}
	fi
	case "$command ${COMP_WORDS[2]}" in
`)
	for _, c := range commands() {
		if strings.Contains(c.name, " ") {
			fmt.Fprintf(w, "\t'%s') (( COMP_CWORD > 2 )) && command='%s' ;;\n", c.name, c.name)
		}
	}
	fmt.Fprint(w, "\tesac\n\tcase \"$command $prev\" in\n")
	for _, c := range commands() {
		flagsOf(c).VisitAll(func(f *pflag.Flag) {
			if f.NoOptDefVal != "" && f.Value.Type() == "bool" {
				return
			}
			for _, name := range namesOf(f) {
				fmt.Fprintf(w, "\t'%s %s') COMPREPLY=($(compgen -W '%s' -- \"$cur\")); return ;;\n", c.name, name, strings.Join(valuesOf(f), " "))
			}
		})
	}
	fmt.Fprint(w, "\tesac\n\tcase \"$command\" in\n")
	for _, c := range commands() {
		fmt.Fprintf(w, "\t'%s') words='%s' ;;\n", c.name, strings.Join(argumentsOf(c), " "))
	}
	fmt.Fprint(w, "\tesac\n\tif [[ $cur == -* ]]; then\n\t\tcase \"$command\" in\n")
	for _, c := range commands() {
		var names []string
		flagsOf(c).VisitAll(func(f *pflag.Flag) { names = append(names, namesOf(f)...) })
		fmt.Fprintf(w, "\t\t'%s') words='%s' ;;\n", c.name, strings.Join(append(names, "--help"), " "))
	}
	fmt.Fprint(w, "\t\tesac\n\tfi\n")
	fmt.Fprintf(w, "\t(( COMP_CWORD == 1 )) && words='%s'\n", strings.Join(firstWords(), " "))
	for _, first := range firstWords() {
		if findCommand(first) == nil {
			fmt.Fprintf(w, "\t(( COMP_CWORD == 2 )) && [[ $command == %s ]] && words='%s'\n", first, strings.Join(secondWords(first), " "))
		}
	}
	fmt.Fprint(w, "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\ncomplete -o default -F _mmcheck mmcheck\n")
}

// secondWords are what may follow a word that is no command alone.
func secondWords(first string) (out []string) {
	for _, c := range commandNames() {
		if rest, ok := strings.CutPrefix(c, first+" "); ok {
			out = append(out, rest)
		}
	}
	return out
}

// fishCompletion writes a line for each command, flag and value.
func fishCompletion(w io.Writer) {
	for _, c := range commands() {
		first, second, two := strings.Cut(c.name, " ")
		fmt.Fprintf(w, "complete -c mmcheck -n __fish_use_subcommand -f -a %s -d '%s'\n", first, fishText(c.short))
		in := "__fish_seen_subcommand_from " + first
		if two {
			fmt.Fprintf(w, "complete -c mmcheck -n '%s' -f -a %s -d '%s'\n", in, second, fishText(c.short))
			in += "; and __fish_seen_subcommand_from " + second
		}
		if words := argumentsOf(c); words != nil {
			fmt.Fprintf(w, "complete -c mmcheck -n '%s' -f -a '%s'\n", in, strings.Join(words, " "))
		}
		flagsOf(c).VisitAll(func(f *pflag.Flag) {
			_, usage := pflag.UnquoteUsage(f)
			line := fmt.Sprintf("complete -c mmcheck -n '%s' -l %s -d '%s'", in, f.Name, fishText(usage))
			if f.Shorthand != "" {
				line += " -s " + f.Shorthand
			}
			if f.NoOptDefVal == "" {
				line += " -r"
			}
			if values := valuesOf(f); values != nil {
				line += " -f -a '" + strings.Join(values, " ") + "'"
			}
			fmt.Fprintln(w, line)
		})
	}
}

// fishText is text for single quotes, in one line.
func fishText(text string) string {
	return strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(strings.Join(strings.Fields(text), " "))
}
