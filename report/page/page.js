// SPDX-License-Identifier: MIT
// Adds to the lanes what cannot be shown at once: the state after each step, the
// source beside, keys, and the address of a step. Text enters by textContent only.
"use strict";
(() => {
const $ = id => document.getElementById(id);
const D = JSON.parse($("data").textContent), T = D.timeline, last = D.steps.length;
const el = (tag, cls, ...kids) => {
	const e = document.createElement(tag);
	if (cls) e.className = cls;
	e.append(...kids);
	return e;
};

// The state after step n, by slot; before is that of the step before.
let now = [], at = -1;
function replay(n) {
	if (n < at) now = [], at = -1;
	while (at < n) {
		at++;
		const s = T.set[at];
		for (let i = 0; i < s.length; i += 2) now[s[i]] = T.values[s[i + 1]];
	}
	return now;
}
const stateAt = n => [...replay(n)];
const slots = group => T.slots.flatMap((s, i) => s.g === group ? [i] : []);
const holdSlots = slots("hold"), lifeSlots = slots("life"), atSlots = slots("at");
const title = s => s.o || s.n;
const key = s => title(s).replace(/[^\w.-]/g, "");

// What is chosen. row is one that stands for steps.
let rows = [], row = null, all = false, chosen = "", hidden = new Set(), file = -1;

function buildAll() {
	const body = $("all");
	if (body.firstChild) return;
	D.steps.forEach((s, i) => {
		const n = i + 1, state = replay(n);
		if (s.w) {
			const tr = el("tr", "why", el("th"), el("td", "", s.w));
			tr.lastChild.colSpan = (D.single ? 2 : D.threads.length) + D.objects.length;
			tr.dataset.t = s.t;
			body.append(tr);
		}
		const tr = el("tr", "step" + (s.b ? " bad" : ""), el("th", "n", "" + n));
		tr.dataset.s = n;
		tr.dataset.t = s.t;
		tr.firstChild.scope = "row";
		const event = el("span", "d" + Math.min(4, s.d || 0), el("code", "", s.x));
		if (s.y) event.append(" ", el("i", "", s.y));
		if (D.single) tr.append(el("td", "cpu", "CPU" + s.t), el("td", "l " + (state[holdSlots[s.t]] || ""), event));
		else D.threads.forEach((_, t) => {
			const td = el("td", "l t" + t + " " + (state[holdSlots[t]] || ""));
			if (t === s.t) td.append(event), td.dataset.cpu = "CPU" + t;
			tr.append(td);
		});
		for (const l of lifeSlots) tr.append(el("td", "o o-" + (state[l] || "")));
		body.append(tr);
	});
}

function collect() {
	rows = [...$(all ? "all" : "events").querySelectorAll("tr[data-s]")].filter(r => !hidden.has(+r.dataset.t));
	for (const r of rows) {
		r.tabIndex = -1;
		r.setAttribute("role", "row");
		const t = +r.dataset.t;
		r.setAttribute("aria-label", "step " + r.dataset.s + ", CPU" + t + " " + D.threads[t] + ", " + (r.querySelector(".l span") || r).textContent);
	}
}

function applyFilter() {
	for (const e of document.querySelectorAll("#lanes tr[data-t]")) e.hidden = hidden.has(+e.dataset.t);
	if (!D.single) D.threads.forEach((_, t) => {
		for (const e of document.querySelectorAll("#lanes .t" + t)) e.hidden = hidden.has(t);
	});
	$("all").hidden = !all;
	$("events").hidden = all;
	collect();
}

const stepOf = r => +r.dataset.s;
const rowFor = n => rows.find(r => stepOf(r) >= n) || rows[rows.length - 1];

function pick(r, quiet) {
	if (!r) return;
	if (row) row.setAttribute("aria-selected", "false"), row.tabIndex = -1;
	row = r;
	row.setAttribute("aria-selected", "true");
	row.tabIndex = 0;
	row.scrollIntoView({block: "center"}); // so that an address is a picture
	if (row.contains(document.activeElement) || document.activeElement && document.activeElement.closest("#lanes")) row.focus({preventScroll: true});
	file = -1;
	draw();
	if (!quiet) address();
}

function address() {
	let h = "#s=" + stepOf(row);
	if (chosen) h += "&o=" + encodeURIComponent(chosen);
	if (all) h += "&a=1";
	if (hidden.size) h += "&h=" + [...hidden].sort((a, b) => a - b).join(".");
	history.replaceState(null, "", h);
}

// readAddress takes over what the address says; it is forgiving.
function readAddress() {
	const p = new URLSearchParams(location.hash.slice(1));
	const n = parseInt(p.get("s"), 10);
	all = p.get("a") === "1";
	hidden = new Set((p.get("h") || "").split(".").filter(x => /^\d+$/.test(x)).map(Number).filter(t => t < D.threads.length));
	if (hidden.size >= D.threads.length) hidden.clear();
	chosen = T.slots.some(s => key(s) === p.get("o")) ? p.get("o") : "";
	if (all) buildAll();
	applyFilter();
	drawTools();
	if (Number.isNaN(n)) pick(rows[rows.length - 1], true);
	else pick(rowFor(Math.max(1, Math.min(n, last))), true);
}

// ---- the panes ----

function draw() {
	const n = stepOf(row), state = stateAt(n), before = stateAt(n - 1);
	drawSource(n, state);
	drawState(n, state, before);
	$("tools").querySelector(".at").textContent = "step " + n + " of " + last;
	$("live").textContent = row.getAttribute("aria-label");
}

// textOf is a source file, made once.
const texts = [], marks = new Set();
function textOf(n) {
	if (texts[n]) return texts[n];
	const src = el("div", "src"), lines = {};
	D.files[n].chunks.forEach((c, i) => {
		if (i || c.first > 1) src.append(el("div", "cutout", "\u22ee"));
		c.text.split("\n").forEach((text, k) => {
			const line = c.first + k;
			src.append(lines[line] = el("div", "", el("span", "ln", "" + line), el("pre", "", text)));
			lines[line].dataset.line = line;
		});
	});
	return texts[n] = {src, lines};
}

function drawSource(n, state) {
	const pane = $("source"), stack = T.values[D.steps[n - 1].p], place = stack[stack.length - 1];
	pane.replaceChildren();
	if (!place) return;
	pane.classList.toggle("bad-now", row.classList.contains("bad"));
	const tabs = el("div", "tabs");
	stack.forEach((f, i) => {
		const a = el("a", "", f.f + "()");
		a.href = "#";
		a.title = D.files[f.n].name + ":" + f.l;
		a.addEventListener("click", ev => { ev.preventDefault(); ev.stopPropagation(); showLine(f); });
		if (i) tabs.append("\u203a ");
		tabs.append(a);
	});
	const shown = file < 0 ? place.n : file;
	tabs.append(el("span", "", D.files[shown].name));
	const who = {};
	atSlots.forEach((s, t) => {
		const fs = state[s];
		if (!fs) return;
		for (let i = fs.length - 1; i >= 0; i--) if (fs[i].n === shown) {
			(who[fs[i].l] = who[fs[i].l] || []).push(t);
			break;
		}
	});
	const text = textOf(shown);
	for (const d of marks) {
		d.classList.remove("now");
		for (const w of d.querySelectorAll(".who")) w.remove();
	}
	marks.clear();
	for (const line in who) if (text.lines[line]) for (const t of who[line]) {
		const w = el("span", "who", "CPU" + t);
		w.title = D.threads[t] + " goes on here";
		text.lines[line].append(w);
		marks.add(text.lines[line]);
	}
	const here = shown === place.n ? place : stack.findLast(f => f.n === shown), marked = here && text.lines[here.l];
	if (marked && here === place) marked.classList.add("now"), marks.add(marked);
	const src = text.src;
	pane.append(tabs, src);
	scrollTo(pane, marked);
}

function scrollTo(pane, line) {
	if (line) pane.scrollTop = line.offsetTop - pane.offsetTop - pane.clientHeight / 2;
}

function showLine(f) {
	file = f.n;
	drawSource(stepOf(row), stateAt(stepOf(row)));
	scrollTo($("source"), $("source").querySelector("[data-line='" + f.l + "']"));
}

const said = v => v === undefined || v === null ? "" : v;
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function drawState(n, state, before) {
	const pane = $("state");
	pane.replaceChildren();
	if (D.cycle && n === last) pane.append(el("p", "cycle", D.cycle));
	const changed = i => !same(state[i], before[i]);
	const name = (s, text) => {
		const b = el("button", "name", text);
		b.title = "choose: { and } go to the steps that change it";
		if (key(s) === chosen) b.classList.add("pick");
		b.addEventListener("click", () => { chosen = chosen === key(s) ? "" : key(s); draw(); address(); });
		return b;
	};
	const section = (heading, list) => { if (list.childNodes.length) pane.append(el("h3", "", heading), list); };

	const diff = el("dl");
	for (const i of slots("field")) if (changed(i) && n > 0) {
		const dd = el("dd");
		if (said(before[i]) !== "") dd.append(el("del", "", before[i]), " \u2192 ");
		dd.append(said(state[i]));
		diff.append(el("dt", "", T.slots[i].n), dd);
	}
	section("changed by step " + n, diff);

	const locks = el("dl");
	for (const i of slots("lock")) {
		if (!state[i] || !(state[i].length || changed(i))) continue;
		const dd = el("dd", changed(i) ? "new" : "");
		const how = {w: "W ", r: "R ", x: "", q: "waits: "};
		state[i].forEach((h, k) => {
			if (k) dd.append(", ");
			dd.append(el("span", h.h === "q" ? "wait" : "", how[h.h] + D.threads[h.t] + (h.s ? " since " + h.s : "")));
		});
		if (!state[i].length) dd.append("free");
		locks.append(el("dt", "", name(T.slots[i], T.slots[i].n)), dd);
	}
	section("locks", locks);

	const strips = el("div");
	for (const i of slots("strip")) if (state[i]) strips.append(el("h3", "", name(T.slots[i], T.slots[i].n)), strip(state[i], before[i]));
	if (strips.childNodes.length) pane.append(strips);

	const objects = el("dl");
	let of = "";
	for (const i of slots("field")) {
		const s = T.slots[i];
		if (!s.o || said(state[i]) === "") continue;
		const life = lifeSlots.find(l => T.slots[l].n === s.o), gone = "xz".includes(life === undefined ? "?" : state[life] || "?");
		if (s.o !== of) {
			of = s.o;
			objects.append(el("dt", "", name(s, of)), el("dd", gone ? "wait" : "", gone ? "freed: what it held" : ""));
		}
		objects.append(el("dt", "", "\u00a0\u00a0" + s.n.slice(s.o.length)), el("dd", (changed(i) ? "new" : "") + (gone ? " gone" : ""), state[i]));
	}
	section("objects", objects);
	const memory = el("dl");
	for (const i of slots("field")) if (!T.slots[i].o && said(state[i]) !== "")
		memory.append(el("dt", "", name(T.slots[i], T.slots[i].n)), el("dd", changed(i) ? "new" : "", state[i]));
	section("memory", memory);
}

function strip(s, old) {
	const g = el("div", "strip");
	g.style.gridTemplateColumns = "repeat(" + Math.max(1, s.n) + ", minmax(0, 1fr))";
	for (const b of s.b) {
		const d = el("div", (b.b ? "off" : b.x ? "full" : "") + (old && old.b.some(o => same(o, b)) ? "" : " new"), b.x || "\u00a0");
		if (b.y) d.append(el("small", "", b.y));
		d.style.gridColumn = (b.f + 1) + " / " + (b.e + 1);
		g.append(d);
	}
	return g;
}

// ---- what keys do ----

const index = () => rows.indexOf(row);
const walk = (dir, ok) => {
	for (let i = index() + dir; i >= 0 && i < rows.length; i += dir) if (ok(rows[i], i)) return rows[i];
};
const toggleAll = () => {
	const n = stepOf(row), end = row === rows[rows.length - 1];
	all = !all;
	if (all) buildAll();
	applyFilter();
	drawTools();
	pick(end ? rows[rows.length - 1] : rowFor(n));
};
const toggleThread = t => {
	hidden.has(t) ? hidden.delete(t) : hidden.add(t);
	if (hidden.size === D.threads.length) hidden.clear();
	refilter();
};
const refilter = () => {
	const n = stepOf(row);
	applyFilter();
	drawTools();
	pick(rowFor(n));
};
const touches = r => {
	const i = rows.indexOf(r), from = i ? stepOf(rows[i - 1]) + 1 : 1;
	for (let n = from; n <= stepOf(r); n++)
		for (let k = 0; k < T.set[n].length; k += 2) if (key(T.slots[T.set[n][k]]) === chosen) return true;
	return false;
};
const copy = text => {
	if (navigator.clipboard) navigator.clipboard.writeText(text).then(() => say("copied"), () => say("the browser refused to copy"));
	else say("the browser cannot copy");
};
const say = text => { $("live").textContent = text; $("tools").querySelector(".at").textContent = text; };

const keys = [
	["j \u2193", "next", ["j", "ArrowDown"], () => pick(walk(1, () => true))],
	["k \u2191", "previous", ["k", "ArrowUp"], () => pick(walk(-1, () => true))],
	["n", "next of the same thread", ["n"], () => pick(walk(1, r => r.dataset.t === row.dataset.t))],
	["p", "previous of the same thread", ["p"], () => pick(walk(-1, r => r.dataset.t === row.dataset.t))],
	["]", "next context switch", ["]"], () => pick(walk(1, (r, i) => r.dataset.t !== rows[i - 1].dataset.t))],
	["[", "previous context switch", ["["], () => pick(walk(-1, (r, i) => i > 0 && r.dataset.t !== rows[i - 1].dataset.t))],
	["}", "next that touches what is chosen", ["}"], () => pick(walk(1, touches))],
	["{", "previous that touches what is chosen", ["{"], () => pick(walk(-1, touches))],
	["1-9", "the notes above", [..."123456789"], k => D.notes[k - 1] && pick(rowFor(D.notes[k - 1]))],
	["g", "start", ["g", "Home"], () => pick(rows[0])],
	["b", "the bug", ["b", "End"], () => pick(rows[rows.length - 1])],
	["a", "all steps, or those that matter", ["a", "Enter"], toggleAll],
	["h", "hide the lane of this thread", ["h"], () => toggleThread(+row.dataset.t)],
	["s", "show all lanes", ["s"], () => { hidden.clear(); refilter(); }],
	["/", "find", ["/"], () => { $("find").hidden = false; $("find").focus(); }],
	["y", "copy the table", ["y"], () => copy($("text").textContent.slice(...D.table))],
	["u", "copy the address", ["u"], () => copy(location.href)],
	["?", "this list; Esc closes it", ["?"], () => help(true)],
];

function help(open) {
	$("help").hidden = !open;
	if (open) $("help").tabIndex = -1, $("help").focus();
	else if (row) row.focus({preventScroll: true});
}

function drawTools() {
	const box = $("tools");
	box.replaceChildren();
	const button = (text, title, pressed, f) => {
		const b = el("button", "", text);
		b.title = title;
		if (pressed !== undefined) b.setAttribute("aria-pressed", pressed);
		b.addEventListener("click", f);
		box.append(b);
		return b;
	};
	D.threads.forEach((name, t) => button("CPU" + t + " " + name, "show or hide this thread", !hidden.has(t), () => toggleThread(t)));
	button("all steps", "a", all, toggleAll).classList.add("plain");
	button("keys", "?", undefined, () => help($("help").hidden));
	const find = el("input");
	find.id = "find";
	find.placeholder = "find";
	find.setAttribute("aria-label", "find in the events");
	find.hidden = true;
	find.addEventListener("keydown", ev => {
		ev.stopPropagation();
		if (ev.key === "Escape") { mark(""); find.hidden = true; row.focus(); }
		if (ev.key === "Enter") {
			const want = find.value.toLowerCase(), has = r => r.textContent.toLowerCase().includes(want);
			mark(want);
			pick(walk(1, has) || rows.find(has));
		}
	});
	box.append(find, el("span", "at"));
}

function mark(want) {
	for (const r of rows) r.classList.toggle("hit", want !== "" && r.textContent.toLowerCase().includes(want));
}

document.addEventListener("keydown", ev => {
	if (ev.ctrlKey || ev.altKey || ev.metaKey || ev.target.matches("input, textarea, select")) return;
	if (ev.key === "Escape") return help(false);
	if (ev.key === "Enter" && ev.target.matches("a, button, summary")) return;
	const k = keys.find(k => k[2].includes(ev.key));
	if (!k) return;
	ev.preventDefault();
	k[3](ev.key);
});
$("lanes").addEventListener("click", ev => {
	const r = ev.target.closest("tr[data-s]");
	if (r) pick(r);
});
addEventListener("hashchange", readAddress);

const list = el("dl");
for (const k of keys) list.append(el("dt", "", k[0]), el("dd", "", k[1]));
$("help").append(list);
for (const id of ["tools", "source", "state"]) $(id).hidden = false;
$("lanes").querySelector("table").setAttribute("role", "grid");
document.documentElement.classList.add("live");
if (!D.single && D.threads.length > 2) document.documentElement.classList.add("many");
if (D.threads.length === 1) document.documentElement.classList.add("alone");
readAddress();
})();
