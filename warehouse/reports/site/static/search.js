// Search the redacted transcripts of some days. The data of a day is a script beside this page, since
// pages that are opened from a folder may read no other files; it is loaded when it is searched.
"use strict";
(() => {
  const MOST_CALLS = 100;
  const MOST_PASSAGES = 5;
  const DAYS_KEPT = 14;
  const MASKED = /\[([a-z_]+)\]/g;
  const form = document.querySelector(".search");
  if (!form) return;
  const found = document.querySelector(".found");
  const status = found.querySelector("[role=status]");
  const hits = found.querySelector(".hits");
  const told = form.dataset;
  const names = JSON.parse(told.days);
  const roles = JSON.parse(told.roles);
  const types = JSON.parse(told.types);
  const tongue = document.documentElement.lang;
  const days = new Map();
  let latest = 0;

  globalThis.callqaDay = (day, calls) => {
    days.set(day, calls.map(([stem, id, time, agent, name, team, queue, flagged, said, starts, spoken]) => {
      const texts = spoken.replace(MASKED, (_, type) => `[${types[type] ?? type}]`); // in the reader's words
      return { stem, id, time, agent, name, team, queue, flagged, said, starts, texts, folded: null };
    }));
  };

  function load(day) {
    if (days.has(day)) return Promise.resolve();
    if (days.size >= DAYS_KEPT) days.delete(days.keys().next().value);
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `search/${day}.js`;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
      script.addEventListener("load", () => script.remove());
    });
  }

  const isPlain = (text) => !/[^\0-\x7f]/.test(text);
  function fold(text) {
    return isPlain(text) ? text.toLowerCase() : text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  }

  // Each word or quoted phrase as an expression that finds it at the beginnings of words.
  function termsOf(query) {
    return [...fold(query).matchAll(/"([^"]+)"|[^\s"]+/g)]
      .map(([whole, phrase]) => (phrase ?? whole).split(/[^\p{L}\p{N}]+/u).filter(Boolean))
      .filter((words) => words.length)
      .map((words) => ({
        words,
        pattern: new RegExp(`(?<![\\p{L}\\p{N}])${words.join("[^\\p{L}\\p{N}\\n]+")}`, "gu"),
      }));
  }

  // The turns of a call that have all terms, by number.
  function turnsWith(call, terms, role) {
    call.folded ??= fold(call.texts);
    const text = call.folded;
    if (!terms.every(({ words }) => words.every((word) => text.includes(word)))) return [];
    const turns = [];
    const [{ pattern }, ...others] = terms;
    let number = 0;
    let counted = 0;
    pattern.lastIndex = 0;
    for (let match; (match = pattern.exec(text)); ) {
      for (let at; (at = text.indexOf("\n", counted)) >= 0 && at < match.index; counted = at + 1) number += 1;
      const end = text.indexOf("\n", match.index);
      const turn = text.slice(counted, end < 0 ? undefined : end);
      const fits = others.every((other) => turn.search(other.pattern) >= 0);
      if (fits && (!role || call.said[number] === role)) turns.push(number);
      if (end < 0) break;
      pattern.lastIndex = end;
    }
    return turns;
  }

  // The text with marks at the terms; its folded form is searched, letter by letter of the original.
  function marked(text, terms) {
    const letters = [...text];
    const starts = [];
    let folded = "";
    for (const letter of letters) {
      starts.push(folded.length);
      folded += fold(letter);
    }
    const at = new Set();
    for (const { pattern } of terms) {
      for (const match of folded.matchAll(pattern)) {
        starts.forEach((start, number) => {
          if (start >= match.index && start < match.index + match[0].length) at.add(number);
        });
      }
    }
    const pieces = [];
    letters.forEach((letter, number) => {
      const isMarked = at.has(number);
      if (pieces.at(-1)?.isMarked === isMarked) pieces.at(-1).text += letter;
      else pieces.push({ isMarked, text: letter });
    });
    return pieces.map(({ isMarked, text: piece }) => (isMarked ? element("mark", {}, piece) : piece));
  }

  function element(name, attributes, ...content) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...content);
    return made;
  }

  const clock = (second) => `${Math.floor(second / 60)}:${String(Math.floor(second % 60)).padStart(2, "0")}`;
  const number = (count) => count.toLocaleString(tongue);
  const filled = (text, values) => text.replace(/#(\w+)/g, (_, key) => values[key]);

  function show(day, call, turns, terms) {
    const page = `calls/${day}/${encodeURIComponent(call.stem)}.html`;
    const texts = call.texts.split("\n");
    const passages = turns.slice(0, MOST_PASSAGES).map((turn) => element("li", {},
      element("a", { class: "at-link", href: `${page}#t=${call.starts[turn].toFixed(1)}` }, clock(call.starts[turn])), " ",
      element("span", { class: "small" }, roles[call.said[turn]] ?? ""), " ",
      element("span", {}, ...marked(texts[turn], terms))));
    if (turns.length > MOST_PASSAGES) {
      const more = filled(told.more, { num: number(turns.length - MOST_PASSAGES) });
      passages.push(element("li", { class: "small" }, more));
    }
    const badge = call.flagged ? [" ", element("span", { class: "badge" }, told.flagged)] : [];
    hits.append(element("li", {},
      element("h3", {}, element("a", { href: page }, call.name), ...badge),
      element("p", { class: "small" }, `${names[day]}, ${call.time} · ${call.team} · ${call.queue} · `, element("code", {}, call.id)),
      element("ul", { class: "clips" }, ...passages)));
  }

  async function search() {
    const mine = ++latest;
    const wanted = Object.fromEntries(new FormData(form));
    const terms = termsOf(wanted.words);
    found.hidden = false;
    hits.replaceChildren();
    if (!terms.some(({ words }) => words.join("").length > 2)) {
      status.textContent = told.empty;
      return;
    }
    history.replaceState(null, "", `#${new URLSearchParams(wanted)}`);
    const chosen = Object.keys(names).filter((day) => day >= wanted.first && day <= wanted.last).sort().reverse();
    const seen = { places: 0, calls: 0, searched: 0 };
    const searched = [];
    const missing = [];
    for (const day of chosen) {
      status.textContent = filled(told.searching, { day: names[day] });
      try {
        await load(day);
      } catch {
        missing.push(filled(told.missing, { day: names[day] }));
        continue;
      }
      if (mine !== latest) return; // another search has begun
      searched.unshift(day);
      for (const call of days.get(day)) {
        if (wanted.team && call.team !== wanted.team) continue;
        if (wanted.agent && call.agent !== wanted.agent) continue;
        if (wanted.flagged && !call.flagged) continue;
        seen.searched += 1;
        const turns = turnsWith(call, terms, wanted.role);
        if (!turns.length) continue;
        seen.places += turns.length;
        seen.calls += 1;
        if (seen.calls <= MOST_CALLS) show(day, call, turns, terms);
      }
      if (seen.calls >= MOST_CALLS) break;
    }
    const isCut = seen.calls > MOST_CALLS || searched.length + missing.length < chosen.length;
    const parts = [...(isCut ? [told.most] : []), ...missing];
    if (searched.length) {
      const figures = Object.fromEntries(Object.entries(seen).map(([key, count]) => [key, number(count)]));
      parts.unshift(filled(told.found, { ...figures, first: names[searched[0]], last: names[searched.at(-1)] }));
    }
    status.textContent = parts.join(" ") || told.nothing;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    search();
  });
  form.hidden = false;
  // The search of an address, as after coming back from a call.
  const asked = new URLSearchParams(location.hash.slice(1));
  if (asked.get("words")) {
    for (const [name, value] of asked) {
      const control = form.elements[name];
      if (control?.type === "checkbox") control.checked = true;
      else if (control) control.value = value;
    }
    search();
  }
})();
