/* SPDX-License-Identifier: MIT */
/*
 * page.js - what makes the HTML report quick to walk through: a filter, a panel
 * for the trial of a cell, keys. The page is whole without it. All state is in
 * the fragment of the address, #c=7f3a9c12&q=v:leaked, so a link leads to it.
 *
 * Texts of the program under test are only ever set as text.
 */
"use strict";
(() => {
	const FEW_ROWS = 200; /* with more, only rows with findings at first */
	const FIXED = 3; /* cells of a row before the letters */

	const $ = (id) => document.getElementById(id);
	const data = JSON.parse($("d").textContent);
	const table = $("m");
	const state = { c: "", q: "", all: false };

	/* An element with attributes and children. */
	function make(tag, attributes, ...children) {
		const element = document.createElement(tag);
		for (const [name, value] of Object.entries(attributes || {}))
			element.setAttribute(name, value);
		element.append(...children);
		return element;
	}

	/* --- trials: a cell of the table, and what is known of it --- */

	const rows = [];
	if (table)
		for (const body of table.tBodies)
			for (const tr of body.rows)
				if (tr.className !== "g")
					rows.push(tr);
	const info = rows.map((tr, index) => {
		const [at, phase] = data.rows[index];
		const [site, kind, source] = data.sites[at];
		return {
			tr, site, kind, phase, index,
			text: [tr.cells[0].textContent, source, site, phase]
				.join(" ").toLowerCase(),
			telling: !!tr.querySelector(
				"td.bad, td.warn, td.gap:not(:empty)"),
			shown: true,
		};
	});
	const indexOf = new Map(rows.map((tr, index) => [tr, index]));
	const columns = data.columns;
	const columnNames = columns.map((name) => name.toLowerCase());
	const classRows = new Map(Object.entries(data.classes)
		.map(([id, list]) => [id, new Set(list)]));
	const anyFindings = info.some((row) => row.telling);
	const isLong = rows.length > FEW_ROWS && anyFindings;

	/* Cells that the page has more of: by the short name of the trial. */
	const cells = new Map();
	for (const row of info)
		for (const a of row.tr.querySelectorAll("td > a")) {
			a.tabIndex = -1;
			cells.set(a.hash.slice(3), a.parentNode);
		}

	const rowOf = (td) => info[indexOf.get(td.parentNode)];
	const columnOf = (td) => td.cellIndex - FIXED;
	const isCell = (td) => td && td.cellIndex >= FIXED &&
		td.parentNode.className !== "g" &&
		td.parentNode.parentNode.tagName === "TBODY";
	const wasTried = (td) => !td.classList.contains("n");

	/* FNV-1a-64 of the id, the upper half: docs/LOG_FORMAT.md. */
	function shortName(id) {
		let hash = 0xcbf29ce484222325n;
		for (const byte of new TextEncoder().encode(id))
			hash = BigInt.asUintN(64,
				(hash ^ BigInt(byte)) * 0x100000001b3n);
		return (hash >> 32n).toString(16).padStart(8, "0");
	}

	function nameOf(td) {
		const link = td.querySelector("a");
		if (link)
			return link.hash.slice(3);
		const row = rowOf(td);
		return shortName(`${row.site}:${row.phase}:${columns[columnOf(td)]}`);
	}

	function findCell(name) {
		if (cells.has(name))
			return cells.get(name);
		for (const tr of rows)
			for (const td of tr.cells)
				if (isCell(td) && wasTried(td) && nameOf(td) === name)
					return td;
		return null;
	}

	function verdictOf(td) {
		return wasTried(td) ? data.letters[td.textContent] : "not tried";
	}

	function tell(td) {
		const row = rowOf(td);
		return `${columns[columnOf(td)]} ${row.phase === "before" ? "before" :
			"at the return of"} ${row.tr.cells[0].textContent}: ${
			verdictOf(td)}`;
	}

	/* --- the filter --- */

	/* v:leaked f:SIGTERM k:sysv-shm c:9f2b6c0d, and texts. */
	function parse(query) {
		const wanted = { v: [], f: [], k: [], c: [], text: [] };
		for (const word of query.toLowerCase().split(/\s+/).filter(Boolean)) {
			const token = /^([vfkc]):(.+)$/.exec(word);
			if (token)
				wanted[token[1]].push(token[2]);
			else
				wanted.text.push(word);
		}
		return wanted;
	}

	const isOne = (list, name) => !list.length || list.includes(name);
	const isFault = (list, name) => !list.length ||
		list.some((one) => name === one || name === `sig${one}`);

	function rowMatches(row, wanted) {
		return isOne(wanted.k, row.kind) &&
			wanted.text.every((word) => row.text.includes(word)) &&
			(!wanted.c.length || wanted.c.some((id) =>
				classRows.has(id) && classRows.get(id).has(row.index)));
	}

	function cellMatches(td, wanted) {
		return wasTried(td) && isOne(wanted.v, verdictOf(td)) &&
			isFault(wanted.f, columnNames[columnOf(td)]);
	}

	/* Returns how many of its trials match. */
	function filterRow(row, wanted) {
		const picky = wanted.v.length || wanted.f.length;
		const fits = rowMatches(row, wanted);
		let count = 0;
		for (let i = FIXED; i < row.tr.cells.length; i++) {
			const td = row.tr.cells[i];
			const matches = fits && cellMatches(td, wanted);
			count += matches;
			if (td.classList.contains("dim") !== !!(picky && !matches))
				td.classList.toggle("dim");
		}
		row.shown = count > 0 && (state.all || row.telling);
		row.tr.hidden = !row.shown;
		return row.shown ? count : 0;
	}

	function filterTrials(wanted) {
		for (const details of document.querySelectorAll("details.trial"))
			details.hidden = ![...details.querySelectorAll(".again li"),
				...(home === details ? panel.querySelectorAll(".again li") : [])]
				.some((li) => {
					const td = cells.get(li.id.slice(2));
					return td ? rowMatches(rowOf(td), wanted) &&
						cellMatches(td, wanted) : !state.q;
				});
	}

	function filter() {
		const wanted = parse(state.q);
		let trials = 0;
		for (const row of info)
			trials += filterRow(row, wanted);
		if (table)
			for (const body of table.tBodies)
				body.hidden = [...body.rows].every((tr) =>
					tr.className === "g" || tr.hidden);
		filterTrials(wanted);
		for (const button of $("counts").querySelectorAll("button"))
			button.setAttribute("aria-pressed",
				wanted.v.includes(button.dataset.v));
		$("count").textContent = `${info.filter((row) => row.shown).length
			} of ${rows.length} points, ${trials} trials`;
	}

	/* Put a token in, or take it out. */
	function toggle(token) {
		const words = state.q.split(/\s+/).filter(Boolean);
		const at = words.findIndex((word) =>
			word.toLowerCase() === token.toLowerCase());
		if (at < 0)
			words.push(token);
		else
			words.splice(at, 1);
		go({ q: words.join(" ") });
	}

	/* --- state and address --- */

	function address() {
		const parts = [];
		if (state.c)
			parts.push(`c=${state.c}`);
		if (state.q)
			parts.push(`q=${encodeURIComponent(state.q)
				.replace(/%3A/g, ":").replace(/%2F/g, "/")}`);
		if (state.all === isLong)
			parts.push(`all=${state.all ? 1 : 0}`);
		return `#${parts.join("&")}`;
	}

	function show(changed) {
		if ("q" in changed || "all" in changed) {
			$("q").value = state.q;
			$("only").checked = !state.all;
			filter();
		}
		if ("c" in changed)
			showTrial();
	}

	/* Change the state; an opened trial is a step for the back button. */
	function go(changed) {
		Object.assign(state, changed);
		if (changed.c)
			history.pushState(null, "", address());
		else
			history.replaceState(null, "", address());
		show(changed);
	}

	/* Other fragments are places in the page, and no state. */
	function readAddress() {
		const hash = location.hash.slice(1);
		if (/^t-[0-9a-f]{8}$/.test(hash)) {
			Object.assign(state, { c: hash.slice(2) });
			return show({ c: "" });
		}
		if (hash && !/^(c|q|all)=/.test(hash))
			return undefined;
		const fields = new URLSearchParams(hash.replace(/\+/g, "%2B"));
		state.c = fields.get("c") || "";
		state.q = fields.get("q") || "";
		state.all = fields.has("all") ? fields.get("all") === "1" : !isLong;
		return show(state);
	}

	/* --- the panel: the trial of a cell --- */

	const panel = make("aside", { id: "panel", tabindex: "-1", hidden: "",
		"aria-label": "trial" });
	let home = null; /* whose body is in the panel */
	let current = null; /* the cell with the focus, or the last that had it */

	function emptyPanel() {
		if (home)
			home.append(panel.querySelector(".body"));
		home = null;
		panel.replaceChildren();
		for (const td of table ? table.querySelectorAll("td.now") : [])
			td.classList.remove("now");
	}

	/* Of a trial that the page has no more of. */
	function makeBody(td, name) {
		return make("dl", {},
			make("dt", {}, "point"),
			make("dd", {}, make("code", {}, rowOf(td).site)),
			make("dt", {}, "rerun"),
			make("dd", {}, make("code", { class: "cmd" },
				data.rerun + name)));
	}

	function fillPanel(td, name) {
		const li = $(`t-${name}`);
		const details = li && li.closest("details");
		const title = make("h3", {}, td ? tell(td) :
			details.querySelector("summary").textContent);
		const tools = make("div", { class: "tools" });
		for (const [label, work] of [
			["\u2190 previous", () => step(-1)], ["next \u2192", () => step(1)],
			["copy rerun", copyRerun], ["close", close]]) {
			const button = make("button", { type: "button" }, label);
			button.addEventListener("click", work);
			tools.append(button);
		}
		panel.append(tools, title);
		if (details) {
			home = details;
			panel.append(details.querySelector(".body"));
		} else {
			panel.append(makeBody(td, name));
		}
		mendCommands(panel);
	}

	function showTrial() {
		const td = state.c ? findCell(state.c) : null;
		emptyPanel();
		panel.hidden = !td && !(state.c && $(`t-${state.c}`));
		document.body.classList.toggle("open", !panel.hidden);
		if (state.c && panel.hidden)
			toast(`there is no trial ${state.c} in this report`);
		if (panel.hidden)
			return;
		fillPanel(td, state.c);
		panel.scrollTop = 0;
		if (!td)
			return;
		td.classList.add("now");
		if (td.parentNode.hidden)
			go({ q: "", all: true });
		focusCell(td);
	}

	function close() {
		const td = current;
		go({ c: "" });
		if (td)
			focusCell(td);
	}

	/* --- the keyboard --- */

	function focusCell(td) {
		if (current)
			current.removeAttribute("tabindex");
		current = td;
		td.tabIndex = 0;
		td.setAttribute("aria-label", tell(td));
		td.focus();
	}

	const visible = () => info.filter((row) => row.shown);
	const isFinding = (td) => /^(bad|warn|gap)\b/.test(td.className) &&
		!td.classList.contains("dim");

	function move(down, right) {
		const list = visible();
		if (!list.length)
			return;
		if (!current || !list.some((row) => row.tr === current.parentNode))
			return void focusCell(list[0].tr.cells[FIXED]);
		const at = list.findIndex((row) => row.tr === current.parentNode);
		const row = list[Math.min(Math.max(at + down, 0), list.length - 1)];
		const cell = Math.min(Math.max(current.cellIndex + right, FIXED),
			row.tr.cells.length - 1);
		focusCell(row.tr.cells[cell]);
	}

	/* To the next finding, or the one before; round at the end. */
	function step(way) {
		const list = visible().flatMap((row) =>
			[...row.tr.cells].slice(FIXED).filter(isFinding));
		if (!list.length)
			return void toast("no finding is shown");
		let at = list.indexOf(current);
		if (at < 0 && current)
			at = list.findIndex((td) => current.compareDocumentPosition(td) &
				Node.DOCUMENT_POSITION_FOLLOWING) - (way > 0 ? 1 : 0);
		else if (at < 0)
			at = way > 0 ? -1 : 0;
		const td = list[(at + way + list.length) % list.length];
		focusCell(td);
		if (state.c)
			go({ c: nameOf(td) });
	}

	function open(td) {
		if (td && wasTried(td))
			go({ c: nameOf(td) });
	}

	let toastTimer = 0;
	function toast(text) {
		$("toast").textContent = text;
		$("toast").hidden = false;
		clearTimeout(toastTimer);
		toastTimer = setTimeout(() => { $("toast").hidden = true; }, 4000);
	}

	function copy(text) {
		const done = () => toast(`copied: ${text}`);
		const failed = () => toast(text);
		if (navigator.clipboard)
			navigator.clipboard.writeText(text).then(done, failed);
		else
			failed();
	}

	function copyRerun() {
		const name = state.c || (current && wasTried(current) &&
			nameOf(current));
		if (name)
			copy(data.rerun + name);
		else
			toast("which trial? open one first");
	}

	/* Commands are copied by a click. */
	function mendCommands(within) {
		for (const code of within.querySelectorAll("code.cmd")) {
			code.setAttribute("role", "button");
			code.setAttribute("tabindex", "0");
			code.title = "copy";
		}
	}

	const keys = {
		"/": () => { $("q").focus(); $("q").select(); },
		"?": () => $("help").showModal(),
		n: () => step(1),
		p: () => step(-1),
		r: copyRerun,
		ArrowUp: () => move(-1, 0),
		ArrowDown: () => move(1, 0),
		ArrowLeft: () => move(0, -1),
		ArrowRight: () => move(0, 1),
	};

	function escape(event) {
		if (event.target === $("q"))
			$("q").blur();
		else if (state.c)
			close();
	}

	function onKey(event) {
		const target = event.target;
		if (event.ctrlKey || event.metaKey || event.altKey || $("help").open)
			return;
		if (event.key === "Escape")
			return void escape(event);
		if (target.matches("input:not([type=checkbox]), textarea"))
			return;
		if (event.key === "Enter" && target.matches(".cmd"))
			return void copy(target.textContent);
		if (event.key === "Enter" && isCell(target))
			return void open(target);
		/* Elsewhere arrows scroll. */
		if (event.key.startsWith("Arrow") && target !== document.body &&
			!(table && table.contains(target)))
			return;
		if (!Object.hasOwn(keys, event.key))
			return;
		event.preventDefault();
		keys[event.key]();
	}

	function onClick(event) {
		const target = event.target;
		const link = target.closest("a[href^='#t-']");
		const command = target.closest("code.cmd");
		const heading = target.closest("#m thead span[role]");
		const td = target.closest("#m td");
		if (event.ctrlKey || event.metaKey || event.shiftKey)
			return;
		if (link) {
			event.preventDefault();
			go({ c: link.hash.slice(3) });
		} else if (command) {
			copy(command.textContent);
		} else if (heading) {
			toggle(`f:${columns[heading.parentNode.cellIndex - FIXED]}`);
		} else if (isCell(td)) {
			focusCell(td);
			open(td);
		}
	}

	/* --- what is added to the page --- */

	function addBar() {
		const bar = make("div", { class: "bar", role: "search" },
			make("input", { type: "search", id: "q", spellcheck: "false",
				autocomplete: "off", "aria-label": "filter",
				placeholder: "filter: v:leaked f:SIGTERM k:sysv-shm " +
					"pool.c:42" }),
			make("label", {}, make("input", { type: "checkbox",
				id: "only" }), " only points with findings"),
			make("output", { id: "count", "aria-live": "polite" }),
			make("button", { type: "button", id: "keys" }, "keys ?"));
		document.querySelector("header").after(bar);
		$("q").addEventListener("input", () => go({ q: $("q").value }));
		$("only").addEventListener("change",
			() => go({ all: !$("only").checked }));
		$("keys").addEventListener("click", () => $("help").showModal());
	}

	function addChips() {
		for (const li of $("counts").children) {
			const button = make("button", { type: "button",
				"data-v": li.dataset.v, "aria-pressed": "false" },
			...li.childNodes);
			button.addEventListener("click",
				() => toggle(`v:${li.dataset.v}`));
			li.replaceChildren(button);
		}
	}

	function addHeadings() {
		const heads = table ? table.tHead.rows[1].cells : [];
		for (let i = FIXED; i < heads.length; i++) {
			heads[i].firstChild.setAttribute("role", "button");
			heads[i].firstChild.title = `only ${columns[i - FIXED]}`;
		}
		for (const details of document.querySelectorAll("details.class")) {
			const id = details.id.slice(2);
			const button = make("button", { type: "button" },
				"show in the matrix");
			button.addEventListener("click", () => {
				toggle(`c:${id}`);
				$("matrix").scrollIntoView();
			});
			details.querySelector("ul.faults").append(
				make("li", { class: "do" }, button));
		}
	}

	function addHelp() {
		const list = make("dl", {});
		for (const [key, what] of [
			["arrows", "move in the matrix"], ["Enter", "open the trial"],
			["n p", "next, previous finding"], ["/", "filter"],
			["r", "copy the command that makes the trial again"],
			["Esc", "close"], ["?", "this"]])
			list.append(make("dt", {}, ...key.split(" ").flatMap((one) =>
				[make("kbd", {}, one), " "])), make("dd", {}, what));
		document.body.append(
			make("dialog", { id: "help", "aria-label": "keys" },
				make("h3", {}, "Keys"), list,
				make("p", {}, "The filter takes texts and v:VERDICT, " +
					"f:FAULT, k:KIND, c:CLASS."),
				make("form", { method: "dialog" },
					make("button", {}, "close"))),
			panel, make("div", { id: "toast", role: "status", hidden: "" }));
	}

	addBar();
	addChips();
	addHeadings();
	addHelp();
	mendCommands(document);
	document.addEventListener("keydown", onKey);
	document.addEventListener("click", onClick);
	window.addEventListener("hashchange", readAddress);
	window.addEventListener("popstate", readAddress);
	state.all = !isLong;
	show({ q: "", all: "" });
	readAddress();
})();
