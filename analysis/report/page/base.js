// The page's data; the trial that is pinned, the trials that are brushed, the scale of values, and who wants to know.
const DATA = JSON.parse(document.getElementById("data").textContent);
const T = DATA.trials;
const STATES = DATA.states;
const [COMPLETE, PRUNED, FAILED, PAUSED] = ["complete", "pruned", "failed", "paused"].map((state) => STATES.indexOf(state));
const N = T.number.length;
const rowOf = new Map(T.number.map((number, row) => [number, row]));
const completeRows = [...T.number.keys()].filter((row) => T.state[row] === COMPLETE && T.objective[row] !== null);
const stoppedRows = [...T.number.keys()].filter((row) => T.stopped[row] !== null);
const state = { pinned: null, brushed: null, scale: "all" };
const listeners = [];

function onChange(listener) { listeners.push(listener); }
function changed() { for (const listener of listeners) listener(); }
function pin(number) { state.pinned = state.pinned === number ? null : number; changed(); }
function isCutShort(row) { return T.state[row] === PRUNED || T.state[row] === PAUSED; }
function isBrushed(row) { return !state.brushed || state.brushed[row]; }

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

// For the axes of a chart, as values.shortened() does it.
function shortened(text, limit = 40) {
  const letters = [...text], end = Math.floor(limit / 3);
  return letters.length <= limit ? text : letters.slice(0, limit - end - 1).join("") + "…" + letters.slice(letters.length - end).join("");
}

function number(value, digits = 4) {
  if (value === null || value === undefined) return "–";
  if (typeof value !== "number") return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return String(value);
  const size = Math.abs(value);
  return size >= 1e5 || size < 1e-3 ? value.toExponential(digits - 1).replace(/\.?0+e/, "e").replace("e+", "e") : String(Number(value.toPrecision(digits)));
}

function metricText(metric, value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  return DATA.shares.includes(metric) ? (100 * value).toFixed(2) + " %" : number(value);
}

function duration(seconds) {
  if (seconds < 120) return number(seconds, 3) + " s";
  return seconds < 7200 ? (seconds / 60).toFixed(1) + " min" : (seconds / 3600).toFixed(1) + " h";
}

function describe(row) {
  const lines = [`trial ${T.number[row]} · ${STATES[T.state[row]]}${isCutShort(row) ? ` after epoch ${T.n_epochs[row]}` : ""}`];
  if (T.objective[row] !== null) lines.push(`${DATA.metric} ${metricText(DATA.metric, T.objective[row])}`);
  if (T.stopped[row] !== null) lines.push(`${DATA.metric} ${metricText(DATA.metric, T.stopped[row])} then`);
  DATA.parameters.forEach((parameter, p) => {
    if (T.parameters[p][row] !== null) lines.push(`${parameter.name} ${number(T.parameters[p][row])}`);
  });
  return lines;
}

function color(name) { return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim(); }
