// SPDX-License-Identifier: MIT

// This file expands macros of the model and of a file, so that types can be inferred from
// what they do.

package kimport

import "strings"

// maxExpanded is how many tokens a piece of code may grow to.
const maxExpanded = 50_000

// expand replaces the macros among some tokens, but for those whose meaning the reader of
// expressions knows.
func (in *inference) expand(toks []Token, busy map[string]bool) (out []Token) {
	for i := 0; i < len(toks) && len(out) < maxExpanded; i++ {
		t := toks[i]
		if t.Kind == Directive {
			continue
		}
		before := ""
		if i > 0 {
			before = toks[i-1].Text
		}
		d, scope := in.macro(t, before)
		if d == nil || busy[t.Text] {
			out = append(out, t)
			continue
		}
		list, body := macroHead(d)
		end := i + 1
		var args [][]Token
		if d.hasArgs {
			if end >= len(toks) || toks[end].Text != "(" {
				out = append(out, t)
				continue
			}
			end = skipBrackets(toks, i+1)
			args = splitArgs(toks[i+2 : max(end-1, i+2)])
			if !fitsArguments(list, len(args)) {
				out = append(out, t)
				continue
			}
		}
		_ = scope
		inner := map[string]bool{t.Text: true}
		for b := range busy {
			inner[b] = true
		}
		for j := range args {
			args[j] = in.expand(args[j], busy)
		}
		for _, x := range in.expand(substituted(list, body, args), inner) {
			x.Line = t.Line
			out = append(out, x)
		}
		i = end - 1
	}
	return out
}

// macro is the macro that a token names, nil if that is none that is to be expanded.
func (in *inference) macro(t Token, before string) (*Decl, *Scope) {
	if t.Kind != Name || before == "->" || before == "." || understood[t.Text] || assertion(t.Text) || ofLists(t.Text) {
		return nil, nil
	}
	for _, s := range []*Scope{in.model, in.scope} {
		if d := s.Find(t.Text); d != nil {
			if d.Kind != Macro {
				return nil, nil
			}
			return d, s
		}
	}
	return nil, nil
}

// macroHead are the parameters of a macro in their order, and its body.
func macroHead(d *Decl) (list []string, body []Token) {
	_, rest := cutWord(d.Toks[0].Text)
	_, rest = cutWord(rest)
	if d.hasArgs {
		params, after, _ := strings.Cut(rest[1:], ")")
		for _, p := range strings.Split(params, ",") {
			if p = strings.TrimSpace(p); p != "" {
				list = append(list, p)
			}
		}
		rest = after
	}
	return list, Lex(rest)
}

// fitsArguments reports whether a macro may be called with n arguments.
func fitsArguments(list []string, n int) bool {
	if len(list) > 0 && strings.HasSuffix(list[len(list)-1], "...") {
		return n >= len(list)-1
	}
	return n == len(list)
}

// substituted is the body of a macro with arguments for its parameters.
func substituted(list []string, body []Token, args [][]Token) (out []Token) {
	of := map[string][]Token{}
	for i, p := range list {
		if name, rest := strings.CutSuffix(p, "..."); rest {
			if name == "" {
				name = "__VA_ARGS__"
			}
			for j := i; j < len(args); j++ {
				if j > i {
					of[name] = append(of[name], Token{Text: ",", Kind: Mark})
				}
				of[name] = append(of[name], args[j]...)
			}
			if of[name] == nil {
				of[name] = []Token{}
			}
		} else if i < len(args) {
			of[p] = args[i]
		}
	}
	for i, t := range body {
		switch arg, is := of[t.Text]; {
		case t.Text == "##":
		case t.Text == "#":
		case is && i > 0 && body[i-1].Text == "#":
			out = append(out, Token{Text: `""`, Kind: String})
		case t.Kind == Name && is && i > 0 && body[i-1].Text == "##" && len(arg) == 1 && len(out) > 0 && out[len(out)-1].Kind == Name:
			out[len(out)-1].Text += arg[0].Text
		case t.Kind == Name && !is && i > 0 && body[i-1].Text == "##" && len(out) > 0 && out[len(out)-1].Kind == Name:
			out[len(out)-1].Text += t.Text
		case t.Kind == Name && is:
			out = append(out, arg...)
		default:
			out = append(out, t)
		}
	}
	return out
}
