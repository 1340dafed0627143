// Trials as a job file that `trawl check` accepts: the study's own job, with a list of points in place of its search.
function jobFile(numbers, repeats) {
  const lines = [`# ${numbers.length === 1 ? "Trial " + numbers[0] : numbers.length + " trials"} of ${DATA.job.file}. Weights and shuffles are drawn anew: their seeds follow from a trial's`, "# place in this list, so the objective will differ a little.", DATA.job.head, "search:", "  sampler: list", `  repeats: ${repeats}`, `  seed: ${DATA.job.seed}`, "  trials:"];
  const points = new Set();
  for (const own of numbers) {
    const row = rowOf.get(own);
    if (points.has(T.point[row])) continue;  // another repeat of the same point
    points.add(T.point[row]);
    const items = DATA.parameters.map((parameter, p) => [parameter.name, T.parameters[p][row]]).filter(([, value]) => value !== null);
    const texts = items.map(([name, value]) => `${name}: ${name === "name" ? JSON.stringify(value) : value}`);
    lines.push(texts.length ? texts.map((text, i) => (i ? "      " : "    - ") + text).join("\n") : "    - {}");
  }
  return lines.join("\n") + "\n";
}

function offerJob(numbers) {
  const dialog = element("dialog", { "aria-label": "Job file" });
  const text = element("textarea", { readonly: true, rows: "16", spellcheck: "false", "aria-label": "The job file" });
  const repeats = element("input", { type: "number", min: "1", max: "100", value: String(DATA.repeats), oninput: () => fill() });
  const said = element("span", { class: "note", "aria-live": "polite" });
  const fill = () => { text.value = jobFile(numbers, Math.max(1, Math.floor(Number(repeats.value)) || 1)); };
  const copy = async () => {
    try { await navigator.clipboard.writeText(text.value); } catch (error) { text.select(); document.execCommand("copy"); }
    said.textContent = "Copied.";
  };
  const save = () => {
    const link = element("a", { href: URL.createObjectURL(new Blob([text.value], { type: "text/yaml" })), download: numbers.length === 1 ? `trial-${numbers[0]}.yaml` : "trials.yaml" });
    link.click();
  };
  dialog.append(
    element("h3", {}, numbers.length === 1 ? `Trial ${numbers[0]} as a job file` : `${numbers.length} trials as a job file`), text,
    element("p", { class: "note" }, "Save it as job.yaml, then: trawl check job.yaml, and trawl run job.yaml -o again.h5"),
    element("div", { class: "controls" }, element("label", {}, "repeats ", repeats), element("button", { type: "button", class: "primary", onclick: copy }, "Copy"), element("button", { type: "button", onclick: save }, "Save"), element("button", { type: "button", onclick: () => dialog.close() }, "Close"), said));
  dialog.addEventListener("close", () => dialog.remove());
  fill();
  document.body.append(dialog);
  dialog.showModal();
}

for (const button of document.querySelectorAll("button[data-copy-trial]")) button.addEventListener("click", () => offerJob([Number(button.dataset.copyTrial)]));
for (const button of document.querySelectorAll("button[data-copy-text]")) {
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copyText);
    try { await navigator.clipboard.writeText(source.textContent); } catch (error) { getSelection().selectAllChildren(source); document.execCommand("copy"); }
    button.textContent = "Copied";
  });
}
