// A canvas with axes, a layer of its own for what is pointed at, a tooltip, and the arrow keys.
const tooltip = element("div", { class: "tooltip", hidden: true });
document.body.append(tooltip);
const announced = element("div", { class: "unseen", "aria-live": "polite" });
document.body.append(announced);
const charts = [];

function showTooltip(lines, x, y) {
  tooltip.replaceChildren(...lines.map((line, i) => element(i ? "div" : "b", {}, line)));
  tooltip.hidden = false;
  const box = tooltip.getBoundingClientRect();
  const left = x + 14 + box.width > innerWidth ? Math.max(4, x - box.width - 14) : x + 14;
  tooltip.style.left = left + "px";
  tooltip.style.top = Math.max(4, Math.min(innerHeight - box.height - 4, y + 14)) + "px";
}
function hideTooltip() { tooltip.hidden = true; }

// options: height(width), margin, paint(context, area), marks(context, area), find(x, y, area) -> item or null,
// lines(item), place(item, area) -> [x, y], order() -> items for the arrow keys, number(item) -> trial to pin.
class Chart {
  constructor(host, options) {
    Object.assign(this, { host, options, item: null });
    this.canvas = element("canvas", { tabindex: "0", role: "img", "aria-label": host.dataset.label + ". Arrow keys go from trial to trial, Enter marks one." });
    host.append(this.canvas);
    this.back = document.createElement("canvas");
    new ResizeObserver(() => this.paint()).observe(host);
    this.canvas.addEventListener("pointermove", (event) => this.point(event));
    this.canvas.addEventListener("pointerdown", (event) => event.pointerType !== "mouse" && this.point(event));
    this.canvas.addEventListener("pointerleave", () => this.choose(null));
    this.canvas.addEventListener("click", () => this.item !== null && options.number && pin(options.number(this.item)));
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    this.canvas.addEventListener("blur", () => this.choose(null));
    onChange(() => this.paint());
    charts.push(this);
  }
  get area() {
    const m = { top: 10, right: 12, bottom: 38, left: 58, ...this.options.margin };
    return { left: m.left, top: m.top, right: this.width - m.right, bottom: this.height - m.bottom, width: this.width - m.left - m.right, height: this.height - m.top - m.bottom };
  }
  paint() {
    const width = this.host.clientWidth;
    if (!width) return;
    const ratio = devicePixelRatio || 1;
    Object.assign(this, { width, height: this.options.height(width) });
    for (const canvas of [this.canvas, this.back]) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(this.height * ratio);
    }
    this.canvas.style.height = this.height + "px";
    const context = this.back.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.font = "12px system-ui, sans-serif";
    this.options.paint(context, this.area);
    this.overlay();
  }
  overlay() {
    const context = this.canvas.getContext("2d"), ratio = devicePixelRatio || 1;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.drawImage(this.back, 0, 0);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.font = "12px system-ui, sans-serif";
    if (this.options.marks) this.options.marks(context, this.area, this.item);
  }
  choose(item, x, y) {
    const same = item === this.item;
    this.item = item;
    if (!same) this.overlay();
    if (item === null) return hideTooltip();
    showTooltip(this.options.lines(item), x, y);
    this.canvas.dataset.at = this.options.lines(item)[0];
  }
  point(event) {
    const box = this.canvas.getBoundingClientRect();
    const item = this.options.find ? this.options.find(event.clientX - box.left, event.clientY - box.top, this.area) : null;
    this.canvas.style.cursor = item === null ? "" : "pointer";
    this.choose(item, event.clientX, event.clientY);
  }
  key(event) {
    if (event.key === "Enter" && this.item !== null && this.options.number) return pin(this.options.number(this.item));
    if (event.key === "Escape") { this.choose(null); state.pinned = null; return changed(); }
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step || !this.options.order) return;
    event.preventDefault();
    const items = this.options.order();
    if (!items.length) return;
    const next = items[(items.indexOf(this.item) + step + items.length) % items.length];
    const [x, y] = this.options.place(next, this.area), box = this.canvas.getBoundingClientRect();
    this.choose(next, box.left + x, box.top + y);
    announced.textContent = this.options.lines(next).join(", ");
  }
}

function drawAxes(context, area, x, y, labels) {
  context.strokeStyle = color("grid");
  context.fillStyle = color("dim");
  context.lineWidth = 1;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of y.ticks(Math.max(2, Math.floor(area.height / 45)))) {
    const place = area.bottom - y.at(tick) * area.height;
    line(context, [[area.left, place], [area.right, place]]);
    context.fillText(shortened(y.text(tick), 12), area.left - 7, place);
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  let free = -Infinity;
  for (const tick of x.ticks(Math.max(2, Math.floor(area.width / 62)))) {
    const place = area.left + x.at(tick) * area.width, text = shortened(x.text(tick), 24), half = context.measureText(text).width / 2;
    line(context, [[place, area.bottom], [place, area.bottom + 4]]);
    if (place - half > free + 6) { context.fillText(text, Math.min(place, area.right + 10 - half), area.bottom + 7); free = place + half; }
  }
  context.strokeStyle = color("line");
  line(context, [[area.left, area.bottom], [area.right, area.bottom]]);
  context.fillText(shortened(labels.x, Math.max(16, Math.floor(area.width / 7))), (area.left + area.right) / 2, area.bottom + 22);
}

function line(context, points) {
  context.beginPath();
  points.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.stroke();
}

function dot(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

function repaintAll() { charts.forEach((chart) => chart.paint()); }
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaintAll);
matchMedia("print").addEventListener("change", repaintAll);
