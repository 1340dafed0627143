// Parallel coordinates: a line a trial; dragging along an axis keeps the trials that pass there, everywhere on the page.
function drawParallel(host, status) {
  const axes = DATA.parameters.map((parameter, p) => ({ name: parameter.name, log: parameter.log, scale: parameterScale(p), value: (row) => T.parameters[p][row] }));
  axes.push({ name: DATA.metric, scale: objectiveScales.all, value: (row) => T.objective[row], objective: true });
  const limit = 3000;
  const ranked = completeRows.slice().sort((a, b) => (DATA.maximize ? T.objective[a] - T.objective[b] : T.objective[b] - T.objective[a]));
  const step = Math.max(1, Math.ceil((ranked.length - 300) / (limit - 300)));
  const rows = ranked.filter((_, i) => i >= ranked.length - 300 || i % step === 0);
  const share = new Map(ranked.map((row, i) => [row, i / Math.max(1, ranked.length - 1)]));
  const brushes = new Map();
  const unset = axes.some((axis) => rows.some((row) => axis.value(row) === null));
  let drag = null;
  let cache = {};
  const color_ = (name) => cache[name] || (cache[name] = color(name));
  const axisX = (a, area) => area.left + (a / (axes.length - 1)) * area.width;
  const placeOf = (axis, value) => (value === null || value === undefined ? -0.06 : clampPlace(axis.scale, value));
  const points = (row, area) => axes.map((axis, a) => [axisX(a, area), area.bottom - placeOf(axis, axis.value(row)) * area.height]);
  const shade = (t) => {
    const from = [142, 160, 184], to = color("ramp").split(",").map(Number);
    return `rgb(${from.map((c, i) => Math.round(c + (to[i] - c) * t)).join(",")})`;
  };
  const inside = (row) => [...brushes].every(([a, [low, high]]) => { const p = placeOf(axes[a], axes[a].value(row)); return p >= low && p <= high; });
  const apply = () => {
    if (!brushes.size) state.brushed = null;
    else state.brushed = Uint8Array.from({ length: N }, (_, row) => (T.objective[row] !== null && inside(row) ? 1 : 0));
    const kept = state.brushed ? state.brushed.reduce((a, b) => a + b, 0) : completeRows.length;
    status.textContent = brushes.size ? `${kept.toLocaleString("en")} of ${completeRows.length.toLocaleString("en")} complete trials brushed, here and in all other charts and the table.` : "Drag along an axis to brush; or focus an axis name and use the arrow keys (Shift moves the lower end).";
    clear.hidden = !brushes.size;
    changed();
  };
  const clear = element("button", { type: "button", hidden: true, onclick: () => { brushes.clear(); apply(); } }, "Clear brushes");
  status.after(clear);
  const chart = new Chart(host, {
    height: () => 360,
    margin: { left: 46, right: 46, top: 30, bottom: unset ? 34 : 12 },
    paint(context, area) {
      cache = {};
      context.lineWidth = 1;
      for (const brushed of [false, true]) {
        for (const row of rows) {
          if (isBrushed(row) !== brushed) continue;
          const t = share.get(row);
          context.strokeStyle = brushed ? shade(t) : color_("quiet");
          context.globalAlpha = brushed ? Math.max(0.06, Math.min(0.8, (12 / Math.sqrt(rows.length)) * (0.15 + t * t))) : 0.12;
          line(context, points(row, area));
        }
      }
      context.globalAlpha = 1;
      axes.forEach((axis, a) => drawAxis(context, area, axis, axisX(a, area), a));
      place();
    },
    marks(context, area, item) {
      for (const [row, name, width] of [[rowOf.get(DATA.best), "best", 2.6], [rowOf.get(state.pinned), "pinned", 2.2], [item, "text", 2]]) {
        if (row === undefined || row === null || T.objective[row] === null) continue;
        context.strokeStyle = color(name);
        context.lineWidth = width;
        line(context, points(row, area));
      }
      for (const [a, [low, high]] of brushes) {
        context.fillStyle = color("pinned");
        context.globalAlpha = 0.25;
        context.fillRect(axisX(a, area) - 9, area.bottom - high * area.height, 18, (high - low) * area.height);
        context.globalAlpha = 1;
        context.strokeStyle = color("pinned");
        context.strokeRect(axisX(a, area) - 9, area.bottom - high * area.height, 18, (high - low) * area.height);
      }
    },
    find(x, y, area) {
      if (drag) return null;
      const between = Math.max(0, Math.min(axes.length - 2, Math.floor(((x - area.left) / area.width) * (axes.length - 1))));
      const t = (x - axisX(between, area)) / (area.width / (axes.length - 1));
      let nearest = null, least = 12;
      for (const row of rows) {
        if (!isBrushed(row)) continue;
        const a = placeOf(axes[between], axes[between].value(row)), b = placeOf(axes[between + 1], axes[between + 1].value(row));
        const distance = Math.abs(area.bottom - (a + (b - a) * t) * area.height - y);
        if (distance < least) [nearest, least] = [row, distance];
      }
      return nearest;
    },
    lines: describe,
    place: (row, area) => points(row, area)[axes.length - 1],
    order: () => rows.filter((row) => isBrushed(row)).reverse(),
    number: (row) => T.number[row],
  });

  function drawAxis(context, area, axis, x, a) {
    context.strokeStyle = color("axis");
    context.lineWidth = 1.2;
    line(context, [[x, area.top], [x, area.bottom]]);
    context.font = "11px system-ui, sans-serif";
    context.textAlign = a === axes.length - 1 ? "left" : "right";
    context.textBaseline = "middle";
    for (const tick of axis.scale.ticks(7)) {
      const y = area.bottom - axis.scale.at(tick) * area.height;
      const text = axis.scale.text(tick), side = a === axes.length - 1 ? 6 : -6;
      const shown = text.length > 14 ? text.slice(0, 13) + "…" : text;
      context.lineWidth = 3;
      context.strokeStyle = color("card");
      context.strokeText(shown, x + side, y);
      context.fillStyle = color("dim");
      context.fillText(shown, x + side, y);
    }
    if (rows.some((row) => axis.value(row) === null)) { context.fillStyle = color("dim"); context.fillText("not set", x - 6, area.bottom + 0.06 * area.height); }
  }

  const heads = axes.map((axis, a) => {
    const head = element("button", { type: "button", class: "axis-name", title: axis.name, "aria-label": `Brush ${axis.name}: arrow keys move the upper end, with Shift the lower; Escape clears`, onkeydown: (event) => key(event, a) }, axis.name);
    host.append(head);
    return head;
  });
  function place() {
    heads.forEach((head, a) => {
      const x = axisX(a, chart.area), half = chart.area.width / (axes.length - 1) / 2;
      head.style.maxWidth = Math.max(70, 2 * half - 6) + "px";
      const reach = head.offsetWidth / 2;  // the outer names stay inside
      head.style.left = Math.max(reach, Math.min(chart.width - reach, x)) + "px";
    });
  }
  function key(event, a) {
    if (event.key === "Escape") { brushes.delete(a); return apply(); }
    const step = { ArrowUp: 0.05, ArrowDown: -0.05 }[event.key];
    if (!step) return;
    event.preventDefault();
    const [low, high] = brushes.get(a) || [0, 1];
    const moved = event.shiftKey ? [Math.max(0, Math.min(high - 0.02, low + step)), high] : [low, Math.min(1, Math.max(low + 0.02, high + step))];
    moved[0] <= 0 && moved[1] >= 1 ? brushes.delete(a) : brushes.set(a, moved);
    apply();
  }
  const at = (event) => { const box = chart.canvas.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
  chart.canvas.addEventListener("pointerdown", (event) => {
    const [x, y] = at(event), area = chart.area;
    const a = axes.findIndex((_, i) => Math.abs(axisX(i, area) - x) < 14);
    if (a < 0) return;
    chart.canvas.setPointerCapture(event.pointerId);
    drag = { a, from: (area.bottom - y) / area.height };
    event.preventDefault();
  });
  chart.canvas.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const to = (chart.area.bottom - at(event)[1]) / chart.area.height;
    brushes.set(drag.a, [Math.max(-0.08, Math.min(drag.from, to)), Math.min(1.01, Math.max(drag.from, to))]);
    chart.overlay();
  });
  chart.canvas.addEventListener("pointerup", () => {
    if (!drag) return;
    const brush = brushes.get(drag.a);
    if (!brush || brush[1] - brush[0] < 0.015) brushes.delete(drag.a);
    drag = null;
    apply();
  });
  chart.canvas.addEventListener("click", (event) => { const [x] = at(event); if (axes.some((_, i) => Math.abs(axisX(i, chart.area) - x) < 14)) event.stopImmediatePropagation(); }, true);
  apply();
}
