// Trials as dots: the history and the slices.
// options: x(row), xScale, xLabel, yScale, line: [[x, value], ...] or null, margin, height
function scatter(host, rows, options) {
  const y = options.yScale;
  const at = (row, area) => [area.left + clampPlace(options.xScale, options.x(row)) * area.width, area.bottom - clampPlace(y, T.objective[row]) * area.height];
  return new Chart(host, {
    height: options.height,
    margin: options.margin,
    paint(context, area) {
      drawAxes(context, area, options.xScale, y, { x: options.xLabel });
      const radius = rows.length > 2000 ? 1.6 : rows.length > 300 ? 2.3 : 3.2;
      for (const brushed of [false, true]) {
        context.fillStyle = color(brushed ? "trial" : "quiet");
        context.globalAlpha = brushed ? (rows.length > 2000 ? 0.45 : 0.75) : 0.5;
        for (const row of rows) {
          if (isBrushed(row) !== brushed) continue;
          const [px, py] = at(row, area);
          outside(y, T.objective[row]) ? triangle(context, px, py, T.objective[row] < y.low) : dot(context, px, py, radius);
        }
      }
      context.globalAlpha = 1;
      if (options.line) bestLine(context, area, options);
    },
    marks(context, area, item) {
      for (const [row, name, radius] of [[rowOf.get(DATA.best), "best", 5], [rowOf.get(state.pinned), "pinned", 6], [item, "text", 5]]) {
        if (row === undefined || row === null || T.objective[row] === null) continue;
        context.fillStyle = color(name);
        dot(context, ...at(row, area), radius);
        context.strokeStyle = color("card");
        context.lineWidth = 1.5;
        context.stroke();
      }
    },
    find(x, y_, area) {
      let nearest = null, least = 18 ** 2;
      for (const row of rows) {
        const [px, py] = at(row, area), distance = (px - x) ** 2 + (py - y_) ** 2;
        if (distance < least) [nearest, least] = [row, distance];
      }
      return nearest;
    },
    lines: describe,
    place: at,
    order: () => rows,
    number: (row) => T.number[row],
  });
}

function outside(scale, value) { return value < scale.low || value > scale.high; }

function triangle(context, x, y, down) {
  const d = down ? 1 : -1;
  context.beginPath();
  context.moveTo(x - 4, y - 6 * d);
  context.lineTo(x + 4, y - 6 * d);
  context.lineTo(x, y);
  context.fill();
}

function bestLine(context, area, options) {
  const points = [];
  let before = null;
  for (const [x, value] of [...options.line, [options.xScale.high, null]]) {
    const px = area.left + clampPlace(options.xScale, x) * area.width;
    if (before !== null) points.push([px, before]);
    if (value !== null) points.push([px, (before = area.bottom - clampPlace(options.yScale, value) * area.height)]);
  }
  context.strokeStyle = color("best");
  context.lineWidth = 2;
  line(context, points);
}

const completeRows = [...T.number.keys()].filter((row) => T.state[row] === COMPLETE && T.objective[row] !== null);
const objectiveScale = metricScale(DATA.metric, completeRows.map((row) => T.objective[row]));

function sayOutside(host) {
  const count = objectiveScale.outside;
  if (count) host.after(element("p", { class: "note" }, `${count} trial${count > 1 ? "s lie" : " lies"} outside the range of the axis and ${count > 1 ? "are" : "is"} drawn as ▼ or ▲ at its edge.`));
}

function drawHistory(host) {
  const finished = completeRows.slice().sort((a, b) => T.finished[a] - T.finished[b] || a - b);
  const byTime = DATA.progress.total > completeRows.length;
  const rank = new Map(finished.map((row, i) => [row, i + 1]));
  // Where trials are left out, a drawn one stands where it would among all.
  const scale = byTime ? DATA.progress.total / finished.length : 1;
  scatter(host, finished, {
    x: (row) => rank.get(row) * scale,
    xScale: valueScale(0, Math.max(DATA.progress.total, 1), false),
    xLabel: "complete trials, in the order they ended",
    yScale: objectiveScale,
    line: DATA.progress.steps.map(([place, value]) => [place, value]),
    height: (width) => (width < 560 ? 240 : 320),
  });
  sayOutside(host);
}

function drawSlices(host) {
  DATA.parameters.forEach((parameter, p) => {
    const rows = completeRows.filter((row) => T.parameters[p][row] !== null);
    if (new Set(rows.map((row) => T.parameters[p][row])).size < 2) return;
    const box = element("div", { class: "slice", "data-label": `${DATA.metric} against ${parameter.name}` });
    host.append(box);
    const x = parameterScale(p);
    const jitter = (row) => (((T.number[row] * 7919) % 101) / 101 - 0.5) * 0.5;
    const xScale = parameter.numeric ? x : { ...x, at: (value) => (Array.isArray(value) ? x.at(value[0]) + value[1] / x.choices.length : x.at(value)) };
    scatter(box, rows, {
      x: (row) => (parameter.numeric ? T.parameters[p][row] : [T.parameters[p][row], jitter(row)]),
      xScale, xLabel: parameter.name + (parameter.log ? " (log)" : ""),
      yScale: objectiveScale, line: null, height: () => 220,
    });
  });
}
