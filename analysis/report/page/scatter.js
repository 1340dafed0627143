// Trials as dots: the history and the slices.
// Those that a pruner stopped stand at what they had reached, in another colour.
// options: x(row), xScale, xLabel, line: [[x, value], ...] or null, margin, height
function scatter(host, rows, options) {
  const drawn = new Set(rows);
  const value = (row) => (isCutShort(row) ? T.stopped[row] : T.objective[row]);
  const at = (row, area) => [area.left + clampPlace(options.xScale, options.x(row)) * area.width, area.bottom - clampPlace(objectiveScale(), value(row)) * area.height];
  return new Chart(host, {
    height: options.height,
    margin: options.margin,
    paint(context, area) {
      const y = objectiveScale();
      drawAxes(context, area, options.xScale, y, { x: options.xLabel });
      const radius = rows.length > 2000 ? 1.6 : rows.length > 300 ? 2.3 : 3.2;
      for (const brushed of [false, true]) {
        const quiet = color("quiet"), whole = color("trial"), short = color("pruned");
        context.globalAlpha = brushed ? (rows.length > 2000 ? 0.45 : 0.75) : 0.5;
        for (const row of rows) {
          if (isBrushed(row) !== brushed) continue;
          context.fillStyle = !brushed ? quiet : isCutShort(row) ? short : whole;
          const [px, py] = at(row, area);
          outside(y, value(row)) ? triangle(context, px, py, value(row) < y.low) : dot(context, px, py, radius);
        }
      }
      context.globalAlpha = 1;
      if (options.line) bestLine(context, area, options);
    },
    marks(context, area, item) {
      for (const [row, name, radius] of [[rowOf.get(DATA.best), "best", 5], [rowOf.get(state.pinned), "pinned", 6], [item, "text", 5]]) {
        if (!drawn.has(row)) continue;
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
    if (value !== null) points.push([px, (before = area.bottom - clampPlace(objectiveScale(), value) * area.height)]);
  }
  context.strokeStyle = color("best");
  context.lineWidth = 2;
  line(context, points);
}

const objectiveScale = () => objectiveScales[state.scale];

function withScales(host, values = objectives) {
  host.closest("section").querySelector("h2").after(element("p", { class: "controls" }, scalePicker()));
  sayOutside(host, objectiveScale, () => values, `are outside this view, drawn as ${DATA.maximize ? "▼" : "▲"} at its edge`);
}

function drawHistory(host) {
  const finished = completeRows.slice().sort((a, b) => T.finished[a] - T.finished[b] || a - b);
  const byTime = DATA.progress.total > completeRows.length;
  const rank = new Map(finished.map((row, i) => [row, i + 1]));
  // Where trials are left out, a drawn one stands where it would among all.
  const scale = byTime ? DATA.progress.total / finished.length : 1;
  scatter(host, finished, {
    x: (row) => rank.get(row) * scale,
    xScale: countScale(0, Math.max(DATA.progress.total, 1)),
    xLabel: "complete trials, in the order they ended",
    line: DATA.progress.steps.map(([place, value]) => [place, value]),
    height: (width) => (width < 560 ? 240 : 320),
  });
  withScales(host);
}

function drawSlices(host) {
  withScales(host, [...objectives, ...stoppedRows.map((row) => T.stopped[row])]);
  DATA.parameters.forEach((parameter, p) => {
    const has = (row) => T.parameters[p][row] !== null, rows = [...stoppedRows.filter(has), ...completeRows.filter(has)];
    if (new Set(completeRows.filter(has).map((row) => T.parameters[p][row])).size < 2) return;
    const box = element("div", { class: "slice", "data-label": `${DATA.metric} against ${parameter.name}` });
    host.append(box);
    const x = parameterScale(p);
    const jitter = (row) => (((T.number[row] * 7919) % 101) / 101 - 0.5) * 0.5;
    const xScale = parameter.numeric ? x : { ...x, at: (value) => (Array.isArray(value) ? x.at(value[0]) + value[1] / x.choices.length : x.at(value)) };
    scatter(box, rows, {
      x: (row) => (parameter.numeric ? T.parameters[p][row] : [T.parameters[p][row], jitter(row)]),
      xScale, xLabel: parameter.name + (parameter.log ? " (log)" : ""),
      line: null, height: () => 220,
    });
  });
}
