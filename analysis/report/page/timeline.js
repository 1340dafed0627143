// What every rank did, and when.
function drawTimeline(host) {
  const L = DATA.timeline, lanes = L.ranks.length;
  const x = valueScale(0, L.seconds || 1, false);
  const unit = L.seconds > 7200 ? [3600, "h"] : L.seconds > 300 ? [60, "min"] : [1, "s"];
  x.ticks = (count) => linearTicks(0, L.seconds / unit[0], count).map((tick) => tick * unit[0]);
  x.text = (value) => number(value / unit[0], 3);
  const height = Math.max(4, Math.min(22, 420 / lanes));
  const names = { complete: "trial", failed: "failed", pruned: "pruned", paused: "quiet" };
  const laneY = (lane, area) => area.top + (lane / lanes) * area.height;
  let cache = {};
  const color_ = (name) => cache[name] || (cache[name] = color(name));
  new Chart(host, {
    height: () => 50 + lanes * height + 10,
    margin: { left: 64 },
    paint(context, area) {
      cache = {};
      context.textBaseline = "middle";
      context.textAlign = "right";
      const every = Math.ceil(14 / height), thick = Math.max(2, height - 3);
      L.ranks.forEach((rank, lane) => {
        context.fillStyle = color("dim");
        if (lane % every === 0) context.fillText(`rank ${rank}`, area.left - 8, laneY(lane, area) + thick / 2);
        context.fillStyle = color("soft");
        context.fillRect(area.left, laneY(lane, area), area.width, thick);
        if (L.bins) L.bins[lane].forEach((share, bin, all) => {
          context.globalAlpha = share / 100;
          context.fillStyle = color_("trial");
          context.fillRect(area.left + (bin / all.length) * area.width, laneY(lane, area), area.width / all.length + 0.5, thick);
        });
        context.globalAlpha = 1;
      });
      for (const [lane, begin, end, , kind] of L.bars || []) {
        context.fillStyle = color_(names[kind]);
        const from = area.left + x.at(begin) * area.width, wide = x.at(end - begin) * area.width;
        context.fillRect(from, laneY(lane, area), Math.max(0.7, wide - (wide > 3 ? 0.8 : 0)), thick);
      }
      context.strokeStyle = color("text");
      context.setLineDash([3, 3]);
      for (const start of L.starts.slice(1)) line(context, [[area.left + x.at(start) * area.width, area.top], [area.left + x.at(start) * area.width, area.bottom]]);
      context.setLineDash([]);
      context.fillStyle = color("failed");
      for (const [rank, when] of L.lost) { const y = laneY(L.ranks.indexOf(rank), area) + thick / 2; context.font = "bold 14px system-ui"; context.fillText("×", area.left + x.at(when) * area.width + 5, y); }
      context.font = "12px system-ui, sans-serif";
      drawAxes(context, area, x, { ticks: () => [], at: () => 0, text: String }, { x: `${{ h: "hours", min: "minutes", s: "seconds" }[unit[1]]} since the first start` });
    },
    marks(context, area, item) {
      for (const bar of [(L.bars || []).find((b) => b[3] === state.pinned), item]) {
        if (!bar) continue;
        context.strokeStyle = color("text");
        context.lineWidth = 2;
        context.strokeRect(area.left + x.at(bar[1]) * area.width, laneY(bar[0], area), Math.max(2, x.at(bar[2] - bar[1]) * area.width), Math.max(2, height - 3));
      }
    },
    find(px, py, area) {
      const lane = Math.floor(((py - area.top) / area.height) * lanes), when = x.value((px - area.left) / area.width), slack = (3 * L.seconds) / area.width;
      return (L.bars || []).find((bar) => bar[0] === lane && when >= bar[1] - slack && when <= bar[2] + slack) || null;
    },
    lines: (bar) => [...(rowOf.has(bar[3]) ? describe(rowOf.get(bar[3])) : [`trial ${bar[3]} · ${bar[4]}`]), `rank ${L.ranks[bar[0]]}, ${duration(bar[2] - bar[1])} from ${duration(bar[1])} on`],
    place: (bar, area) => [area.left + x.at(bar[1]) * area.width, laneY(bar[0], area)],
    order: () => L.bars || [],
    number: (bar) => bar[3],
  });
}
