// All values, or the better half of them: one choice for the history, the curves and the slices.
const objectives = completeRows.map((row) => T.objective[row]);
const objectiveScales = metricScales(DATA.metric, objectives, objectives, DATA.maximize);
const halved = objectiveScales.better !== objectiveScales.all;
const scaleKey = `scale of ${location.pathname}`;  // a live page reloads itself
if (halved) state.scale = sessionStorage.getItem(scaleKey) || (objectiveScales.narrow ? "better" : "all");

function scalePicker() {
  const picker = element("select", { class: "scale" }, element("option", { value: "all" }, "all values"), element("option", { value: "better" }, "the better half"));
  picker.addEventListener("change", () => { sessionStorage.setItem(scaleKey, (state.scale = picker.value)); changed(); });
  const follow = () => { picker.value = state.scale; };
  onChange(follow);
  follow();
  return element("label", { hidden: !halved }, "scale ", picker);
}

// Below a figure: how many of its trials cannot be seen. scale() and ends() are those of now.
function sayOutside(host, scale, ends, how) {
  const said = element("p", { class: "note outside", "aria-live": "polite" });
  host.after(said);
  const say = () => {
    const all = ends().filter(Number.isFinite), count = all.filter((value) => outside(scale(), value)).length;
    said.textContent = count ? `${count.toLocaleString("en")} of ${all.length.toLocaleString("en")} trials ${how}.` : "";
  };
  onChange(say);
  say();
}
