// Learning curves: all quiet, the best loud, the one that is pointed at in between.
function unpack(metric) {
  const packed = DATA.curves.metrics[metric];
  const bytes = Uint8Array.from(atob(packed.data), (c) => c.charCodeAt(0));
  const steps = new Uint16Array(bytes.buffer);
  const values = new Float32Array(steps.length);
  for (let i = 0; i < steps.length; i++) {
    const value = packed.low + steps[i] * packed.step;
    values[i] = steps[i] === 65535 ? NaN : packed.log ? Math.exp(value) : value;
  }
  return values;
}

function drawCurves(host, picker) {
  const C = DATA.curves, columns = C.epochs.length, names = Object.keys(C.metrics);
  let values, ends, scales, y, metric;
  let cache = {};  // colours of one painting: looking one up costs as much as a curve
  const color_ = (name) => cache[name] || (cache[name] = color(name));
  const x = countScale(1, Math.max(2, C.epochs[columns - 1]));
  const indexOf = new Map(C.trials.map((number, i) => [number, i]));
  const rowAt = (i) => rowOf.get(C.trials[i]);
  const use = (name) => {
    metric = name;
    values = unpack(name);
    ends = C.trials.map((_, i) => values[i * columns + last(i)]);
    scales = metricScales(name, values, ends, C.metrics[name].maximize);
  };
  const place = (i, column, area) => [area.left + x.at(C.epochs[column]) * area.width, area.bottom - y.at(values[i * columns + column]) * area.height];
  const trace = (context, i, area) => {
    context.beginPath();
    let open = false, count = 0;
    for (let column = 0; column < columns; column++) {
      if (Number.isNaN(values[i * columns + column])) { open = false; continue; }
      const [px, py] = place(i, column, area);
      open ? context.lineTo(px, py) : context.moveTo(px, py);
      open = true;
      if (++count === 1) context.arc(px, py, 0.4, 0, 7);
    }
    context.stroke();
  };
  const last = (i) => { for (let c = columns - 1; c >= 0; c--) if (!Number.isNaN(values[i * columns + c])) return c; return 0; };
  const scale = () => scales[state.scale];
  use(names[0]);
  const chart = new Chart(host, {
    height: (width) => (width < 560 ? 280 : 400),
    paint(context, area) {
      cache = {};
      y = scale();
      drawAxes(context, area, x, y, { x: "epoch" });
      context.save();
      context.beginPath();
      context.rect(area.left, area.top - 4, area.width + 4, area.height + 4);
      context.clip();
      if (C.bands) drawBands(context, area, C.bands[metric], x, y);
      const alpha = Math.max(0.05, Math.min(0.5, 4 / Math.sqrt(C.trials.length)));
      context.lineWidth = 1;
      for (const brushed of [false, true]) {
        for (let i = 0; i < C.trials.length; i++) {
          const row = rowAt(i);
          if (isBrushed(row) !== brushed) continue;
          const short = isCutShort(row);
          context.strokeStyle = color_(!brushed ? "quiet" : T.state[row] === FAILED ? "failed" : short ? "pruned" : "trial");
          context.globalAlpha = (brushed ? (state.brushed ? Math.min(0.6, 3 * alpha) : alpha) : alpha / 2) * (short ? 0.6 : 1);
          trace(context, i, area);
        }
      }
      context.restore();
    },
    marks(context, area, item) {
      context.save();
      context.beginPath();
      context.rect(area.left, area.top - 4, area.width + 4, area.height + 4);
      context.clip();
      for (const [i, name, width] of [[indexOf.get(DATA.best), "best", 2.6], [indexOf.get(state.pinned), "pinned", 2.2], [item, "text", 1.8]]) {
        if (i === undefined || i === null) continue;
        context.strokeStyle = color(name);
        context.lineWidth = width;
        trace(context, i, area);
      }
      context.restore();
    },
    find(px, py, area) {
      if (px < area.left - 8 || px > area.right + 8) return null;
      const wanted = x.value((px - area.left) / area.width);
      let column = 0;
      C.epochs.forEach((epoch, c) => { if (Math.abs(epoch - wanted) < Math.abs(C.epochs[column] - wanted)) column = c; });
      let nearest = null, least = 24;
      for (let i = 0; i < C.trials.length; i++) {
        const value = values[i * columns + column];
        if (Number.isNaN(value)) continue;
        const distance = Math.abs(area.bottom - y.at(value) * area.height - py);
        if (distance < least) [nearest, least] = [i, distance];
      }
      chart.column = column;
      return nearest;
    },
    lines(i) {
      const column = chart.column === undefined ? last(i) : chart.column, value = values[i * columns + column];
      const lines = describe(rowAt(i));
      if (!Number.isNaN(value)) lines.splice(1, 0, `${metric} ${metricText(metric, value)} after epoch ${C.epochs[column]}`);
      return lines;
    },
    place: (i, area) => [place(i, last(i), area)[0], area.bottom - clampPlace(y, ends[i]) * area.height],
    order: () => [...C.trials.keys()],
    number: (i) => C.trials[i],
  });
  for (const name of names) picker.append(element("option", { value: name }, C.metrics[name].label));
  picker.addEventListener("change", () => { use(picker.value); changed(); });
  picker.closest(".controls").append(scalePicker());
  sayOutside(host, scale, () => ends, "end outside this view");
}

function drawBands(context, area, bands, x, y) {
  const columns = DATA.curves.epochs;
  const edge = (band) => band.map((value, c) => (value === null ? null : [area.left + x.at(columns[c]) * area.width, area.bottom - clampPlace(y, value) * area.height])).filter(Boolean);
  context.fillStyle = color("trial");
  for (const [low, high, alpha] of [[0, 4, 0.1], [1, 3, 0.14]]) {
    context.globalAlpha = alpha;
    context.beginPath();
    [...edge(bands[low]), ...edge(bands[high]).reverse()].forEach(([px, py], i) => (i ? context.lineTo(px, py) : context.moveTo(px, py)));
    context.fill();
  }
  context.globalAlpha = 1;
}
