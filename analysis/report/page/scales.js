// From values to places and back, and which ticks to write.
function linearTicks(low, high, count) {
  const span = high - low || Math.abs(high) || 1;
  const power = 10 ** Math.floor(Math.log10(span / count));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => span / s <= count) || 10 * power;
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

function logTicks(low, high, count) {
  const first = Math.floor(Math.log10(low)), last = Math.ceil(Math.log10(high)), ticks = [];
  const decades = Math.log10(high / low);
  const every = Math.max(1, Math.ceil(decades / count));
  const steps = decades < 1 ? [1, 2, 3, 5, 7] : decades < 2 ? [1, 2, 5] : decades < 3 && count > 5 ? [1, 3] : [1];
  for (let p = first; p <= last; p += every) {
    for (const m of steps) {
      const tick = Number((m * 10 ** p).toPrecision(6));
      if (tick >= low * 0.999999 && tick <= high * 1.000001) ticks.push(tick);
    }
  }
  return ticks.length > 1 ? ticks : [low, high];
}

function valueScale(low, high, log) {
  if (!(high > low)) [low, high] = log ? [low / 1.5, low * 1.5] : [low - (Math.abs(low) * 0.05 || 0.5), low + (Math.abs(low) * 0.05 || 0.5)];
  const f = log ? Math.log : (v) => v, back = log ? Math.exp : (v) => v;
  const a = f(low), b = f(high);
  return {
    low, high, log,
    at: (value) => (f(value) - a) / (b - a),
    value: (place) => back(a + place * (b - a)),
    ticks: (count) => (log ? logTicks : linearTicks)(low, high, count),
    text: (value) => number(value, 3),
  };
}

function countScale(low, high) {
  return { ...valueScale(low, high, false), ticks: (count) => linearTicks(low, high, count).filter(Number.isInteger) };
}

function choiceScale(choices) {
  const place = new Map(choices.map((choice, i) => [String(choice), (i + 0.5) / choices.length]));
  return {
    choices,
    at: (value) => place.get(String(value)),
    ticks: (count) => choices.filter((_, i) => i % Math.ceil(choices.length / Math.max(count, 1)) === 0),
    text: (value) => String(value),
  };
}

function parameterScale(p) {
  const parameter = DATA.parameters[p];
  if (!parameter.numeric) return choiceScale(parameter.choices);
  let low = Infinity, high = -Infinity;
  for (const value of T.parameters[p]) if (value !== null) { low = Math.min(low, value); high = Math.max(high, value); }
  return low <= high ? valueScale(low, high, parameter.log) : valueScale(0, 1, false);
}

function metricScale(metric, low, high) {
  const percent = DATA.shares.includes(metric), log = !percent && low > 0 && high / low > 30;
  const pad = (high - low) * 0.04;
  const scale = log ? valueScale(low / 1.05, high * 1.05, true) : valueScale(low - pad, high + pad, false);
  if (percent) {
    const fine = scale.high - scale.low < 0.02 ? 2 : scale.high - scale.low < 0.2 ? 1 : 0;
    scale.text = (v) => (100 * v).toFixed(fine) + " %";
    const ticks = scale.ticks;
    scale.ticks = (count) => ticks(count).filter((t) => t <= 1 && t >= 0);
  }
  return scale;
}

// all: of all values; better: from the median of the trials' `ends` to the best value; narrow: that is less than a quarter of it.
function metricScales(metric, values, ends, maximize) {
  let low = Infinity, high = -Infinity;
  for (const value of values) if (Number.isFinite(value)) { low = Math.min(low, value); high = Math.max(high, value); }
  if (low > high) [low, high] = [0, 1];
  const all = metricScale(metric, low, high);
  const sorted = ends.filter(Number.isFinite).sort((a, b) => a - b), median = sorted[(maximize ? sorted.length : sorted.length - 1) >> 1];
  const half = maximize ? [median, high] : [low, median];
  if (!(half[0] < half[1])) return { all, better: all, narrow: false };
  return { all, better: metricScale(metric, ...half), narrow: all.at(half[1]) - all.at(half[0]) < 0.25 };
}

function clampPlace(scale, value) { return Math.max(0, Math.min(1, scale.at(value))); }
function outside(scale, value) { return value < scale.low || value > scale.high; }
