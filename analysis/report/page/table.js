// The table of trials: sorted by its heads, filtered by words and comparisons, a page at a time.
const PAGE_ROWS = 25;

function columnsOfTrials() {
  const columns = [
    { name: "trial", value: (row) => T.number[row] },
    { name: "state", value: (row) => STATES[T.state[row]] },
    { name: DATA.metric, value: (row) => T.objective[row], text: (v) => metricText(DATA.metric, v), key: "objective" },
    ...DATA.parameters.map((parameter, p) => ({ name: parameter.name, value: (row) => T.parameters[p][row] })),
    { name: "epochs", value: (row) => T.n_epochs[row], key: "n_epochs" },
    { name: "seconds", value: (row) => T.seconds[row], text: (v) => number(v, 3) },
    { name: "rank", value: (row) => T.rank[row] },
  ];
  if (DATA.repeats > 1) columns.splice(1, 0, { name: "point", value: (row) => T.point[row] }, { name: "repeat", value: (row) => T.repeat[row] });
  if (Math.max(...T.attempt.slice(0, 1e5), 0) > 1) columns.push({ name: "attempt", value: (row) => T.attempt[row] });
  if (T.reasons.length) columns.push({ name: "error", value: (row) => (T.error[row] === null ? null : T.reasons[T.error[row]]) });
  return columns;
}

// "state=complete learning_rate<0.1 adam": every word must hold.
function rule(word, columns) {
  const match = /^([\w.]+)(<=|>=|!=|<|>|=)(.+)$/.exec(word);
  const column = match && columns.find((c) => c.name === match[1] || c.key === match[1]);
  if (!column) {
    if (match) return null;
    const wanted = word.toLowerCase();
    return (row) => columns.some((c) => { const v = c.value(row); return v !== null && String(v).toLowerCase().includes(wanted); });
  }
  const [, , sign, text] = match, limit = Number(text);
  return (row) => {
    const value = column.value(row);
    if (value === null) return false;
    const both = typeof value === "number" && !Number.isNaN(limit);
    const a = both ? value : String(value), b = both ? limit : text;
    return { "<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b, "=": a === b, "!=": a !== b }[sign];
  };
}

function drawTable(host) {
  const columns = columnsOfTrials();
  const view = { sort: columns.findIndex((c) => c.key === "objective"), up: !DATA.maximize, page: 0, rows: [] };
  const input = element("input", { type: "search", id: "filter", placeholder: "complete learning_rate<0.1 batch_size=32", "aria-describedby": "filter-help", oninput: () => { view.page = 0; update(); } });
  const help = element("span", { id: "filter-help", class: "note" }, "");
  const count = element("p", { class: "note", id: "count", "aria-live": "polite" });
  const copy = element("button", { type: "button", id: "copy-shown", onclick: () => offerJob(view.rows.slice(0, 1000).map((row) => T.number[row])) }, "Copy shown as job file");
  const head = element("tr"), body = element("tbody");
  const previous = element("button", { type: "button", onclick: () => turn(-1) }, "‹ Previous");
  const next = element("button", { type: "button", onclick: () => turn(1) }, "Next ›");
  const where = element("span", { class: "note" });
  host.append(
    element("div", { class: "controls" }, element("label", { for: "filter" }, "Filter "), input, copy), help, count,
    element("div", { class: "wide" }, element("table", { id: "trials-table" }, element("thead", {}, head), body)),
    element("div", { class: "controls" }, previous, where, next));
  const heads = columns.map((column, c) => {
    const cell = element("th", { scope: "col" }, element("button", { type: "button", onclick: () => sortBy(c) }, column.name));
    head.append(cell);
    return cell;
  });
  head.append(element("th", { scope: "col" }, "job file"));

  function sortBy(c) {
    view.up = view.sort === c ? !view.up : c !== columns.findIndex((k) => k.key === "objective") || !DATA.maximize;
    view.sort = c;
    view.page = 0;
    update();
  }
  function turn(step) { view.page += step; show(); }
  function update() {
    const words = input.value.trim().split(/\s+/).filter(Boolean), rules = words.map((word) => rule(word, columns));
    const unknown = words.filter((_, i) => rules[i] === null);
    help.textContent = unknown.length ? `No column is called like that: ${unknown.join(", ")}. Columns: ${columns.map((c) => c.name).join(", ")}.` : "Words, or COLUMN<VALUE with <, <=, =, !=, >=, >; all must hold.";
    help.classList.toggle("wrong", unknown.length > 0);
    const kept = rules.filter(Boolean);
    view.rows = [...Array(N).keys()].filter((row) => isBrushed(row) && kept.every((holds) => holds(row)));
    const value = columns[view.sort].value, sign = view.up ? 1 : -1;
    view.rows.sort((a, b) => {
      const x = value(a), y = value(b);
      if (x === y) return a - b;
      if (x === null) return 1;
      if (y === null) return -1;
      return (typeof x === typeof y ? (x < y ? -1 : 1) : String(x) < String(y) ? -1 : 1) * sign;
    });
    show();
  }
  function show() {
    const pages = Math.max(1, Math.ceil(view.rows.length / PAGE_ROWS));
    view.page = Math.max(0, Math.min(view.page, pages - 1));
    heads.forEach((cell, c) => cell.setAttribute("aria-sort", c !== view.sort ? "none" : view.up ? "ascending" : "descending"));
    count.textContent = `${view.rows.length.toLocaleString("en")} of ${N.toLocaleString("en")} trials${state.brushed ? " (brushed above)" : ""}${view.rows.length > 1000 ? "; the first 1,000 of them are copied" : ""}.`;
    copy.disabled = !view.rows.length;
    where.textContent = `page ${view.page + 1} of ${pages}`;
    previous.disabled = view.page === 0;
    next.disabled = view.page === pages - 1;
    body.replaceChildren(...view.rows.slice(view.page * PAGE_ROWS, (view.page + 1) * PAGE_ROWS).map(rowElement));
  }
  function rowElement(row) {
    const own = T.number[row], made = element("tr", { "data-trial": own, class: [own === DATA.best && "is-best", own === state.pinned && "is-pinned"].filter(Boolean).join(" ") || null, onclick: (event) => event.target.tagName !== "BUTTON" && pin(own) });
    for (const column of columns) {
      const value = column.value(row), wide = typeof value === "string";
      made.append(element("td", { class: wide ? "words" : "number", title: value === null ? null : String(value) }, column.text ? column.text(value) : number(value)));
    }
    made.append(element("td", {}, element("button", { type: "button", class: "copy", "aria-label": `Copy trial ${own} as a job file`, onclick: () => offerJob([own]) }, "Copy")));
    return made;
  }
  onChange(update);
  update();
}
