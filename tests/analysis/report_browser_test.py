"""The report's page in a real browser: Chromium without a window, driven through chromedriver."""

import os
import re
import subprocess
import time

import h5py
import numpy as np
import pytest
import yaml
from results_file import write_parameters, write_results
from selenium import webdriver
from selenium.webdriver import ActionChains
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from analysis import report
from analysis.report.drawn import NAMES, Drawn
from analysis.report.findings import find
from analysis.report.page_writer import write_page
from analysis.report.reading import read_results

JOB = """study: fixture
data:
  source: synthetic-digits
  train_rows: 200
model:
  hidden: [16]
training:
  epochs: 2
search:
  sampler: random
  n_trials: 40
  seed: 3
  space:
    learning_rate: {low: 0.001, high: 0.4, log: true}
    batch_size: {choices: [16, 32, all]}
objective:
  metric: val_accuracy
"""
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --window-size=1400,900"
).split()
WAIT = 60.0  # seconds; a page is there in one, on a busy machine later


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    path = write_results(folder / "r.h5", n_trials=40, n_epochs=6, states={3: "failed"}, seed=2, job=JOB)
    report.draw_report(path, folder)
    return folder


@pytest.fixture
def page(browser, folder):
    visit(browser, folder)
    yield browser
    browser.execute_script("sessionStorage.clear()")
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


def visit(browser, folder):
    resize(browser, 1400)
    browser.get(f"file://{folder / 'report.html'}")
    until(lambda: browser.execute_script("return document.documentElement.dataset.ready"))


def visit_without_figures(browser, path):
    """The page of a results file without Optuna's figures, which take most of the time."""
    results = read_results(path)
    write_page(results, find(results), dict.fromkeys(NAMES, Drawn(problem="not drawn")), path.parent, None)
    visit(browser, path.parent)


def until(condition):
    deadline = time.monotonic() + WAIT
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)
    return found


def resize(browser, width, dark=False, media=""):
    screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": [scheme]})


def canvas(page, name):
    found = page.find_element(By.CSS_SELECTOR, f"#{name} canvas")
    page.execute_script("arguments[0].scrollIntoView({block: 'center'})", found)
    until(lambda: found.size["height"] > 100)
    return found


def rows(page):
    """The table's texts."""
    return page.execute_script(
        "return [...document.querySelectorAll('#trials-table tbody tr')].map(r => [...r.cells].map(c => c.textContent))"
    )


def column(page, name):
    heads = page.execute_script("return [...document.querySelectorAll('#trials-table th')].map(h => h.textContent)")
    return [row[heads.index(name)] for row in rows(page)]


def count(page):
    return int(page.find_element(By.ID, "count").text.split()[0])


def visible_tooltip(page):
    tooltip = page.find_element(By.CSS_SELECTOR, ".tooltip")
    return tooltip.text if tooltip.is_displayed() else ""


@pytest.mark.parametrize("name", ["history", "curves", "parallel", "slices"])
def test_pointing_at_a_chart_names_the_trial(page, name):
    chart, said = canvas(page, name), ""
    for down in range(-14, 15):  # somewhere on this line there is a trial
        place = int(chart.size["width"] * 0.2), int(down * chart.size["height"] / 32)
        ActionChains(page, duration=0).move_to_element_with_offset(chart, *place).perform()
        said = visible_tooltip(page)
        if said:
            break
    assert said.startswith("trial ") and "learning_rate" in said and "val_accuracy" in said


def test_a_bar_of_the_timeline_names_its_trial_and_rank(page):
    chart = page.find_element(By.CSS_SELECTOR, "#timeline canvas")
    page.execute_script("arguments[0].focus()", chart)
    chart.send_keys(Keys.ARROW_RIGHT)
    assert "rank 1" in visible_tooltip(page)


def test_arrow_keys_go_from_trial_to_trial_and_enter_marks_one_everywhere(page):
    chart = canvas(page, "history")
    page.execute_script("arguments[0].focus({preventScroll: true})", chart)
    chart.send_keys(Keys.ARROW_RIGHT)
    first = visible_tooltip(page)
    chart.send_keys(Keys.ARROW_RIGHT)
    assert visible_tooltip(page) != first
    own = visible_tooltip(page).split()[1]
    chart.send_keys(Keys.ENTER)
    page.find_element(By.ID, "filter").send_keys(f"trial={own}")
    marked = page.find_elements(By.CSS_SELECTOR, "#trials-table tr.is-pinned")
    assert [row.get_attribute("data-trial") for row in marked] == [own]


def test_the_table_sorts_both_ways_best_first_at_the_start(page):
    shown = [float(text.split()[0]) for text in column(page, "val_accuracy") if text != "–"]
    assert shown == sorted(shown, reverse=True)
    head = page.find_element(By.XPATH, "//*[@id='trials-table']//th/button[text()='learning_rate']")
    for order, sign in (("ascending", 1), ("descending", -1)):
        page.execute_script("arguments[0].click()", head)
        assert head.find_element(By.XPATH, "..").get_attribute("aria-sort") == order
        rates = [float(text) for text in column(page, "learning_rate")]
        assert rates == sorted(rates, key=lambda rate: sign * rate) and len(rates) == 25


def test_the_filter_takes_words_and_comparisons_and_says_what_it_does_not_know(page):
    box = page.find_element(By.ID, "filter")
    box.send_keys("complete learning_rate<0.02 batch_size=32")
    assert set(column(page, "batch_size")) == {"32"} and set(column(page, "state")) == {"complete"}
    assert all(float(rate) < 0.02 for rate in column(page, "learning_rate")) and 0 < count(page) < 40
    box.clear()
    box.send_keys("failed")
    assert column(page, "trial") == ["3"] and column(page, "error") == ["the loss is not finite"]
    box.clear()
    box.send_keys("lr<1")
    assert "No column is called like that: lr<1" in page.find_element(By.ID, "filter-help").text


def test_turning_pages(page):
    first = column(page, "trial")
    page.execute_script("arguments[0].click()", page.find_element(By.XPATH, "//button[text()='Next ›']"))
    second = column(page, "trial")
    assert len(first) == 25 and len(second) == 15 and not set(first) & set(second)


def test_brushing_an_axis_keeps_its_trials_in_the_table_until_it_is_cleared(page):
    chart = canvas(page, "parallel")
    x = 46 - chart.size["width"] // 2  # the first axis: learning_rate
    top = 60 - chart.size["height"] // 2
    drag = ActionChains(page, duration=20).move_to_element_with_offset(chart, x, top).click_and_hold()
    drag.move_by_offset(0, 60).move_by_offset(0, 40).release().perform()
    brushed = until(lambda: 0 < count(page) < 39 and count(page))
    assert f"{brushed} of 39 complete trials brushed" in page.find_element(By.ID, "brush-status").text
    low = min(float(rate) for rate in column(page, "learning_rate"))
    assert low > 0.01  # the upper half of 0.001 to 0.3, in the logarithm
    page.find_element(By.XPATH, "//button[text()='Clear brushes']").click()
    assert count(page) == 40


def test_brushing_by_keyboard(page):
    head = page.find_element(By.CSS_SELECTOR, "button.axis-name")
    page.execute_script("arguments[0].focus()", head)
    for _ in range(8):
        head.send_keys(Keys.ARROW_DOWN)
    assert 0 < count(page) < 39
    head.send_keys(Keys.ESCAPE)
    assert count(page) == 40


def offered(page):
    return page.find_element(By.CSS_SELECTOR, "dialog textarea").get_attribute("value")


def test_a_trial_is_copied_as_a_job_file_that_trawl_takes(page, folder, tmp_path):
    page.find_element(By.ID, "filter").send_keys("batch_size=all")
    own = int(column(page, "trial")[0])
    page.execute_script("arguments[0].click()", page.find_element(By.CSS_SELECTOR, "#trials-table button.copy"))
    job = yaml.safe_load(offered(page))
    data = page.execute_script(f"return DATA.parameters.map((p, i) => [p.name, T.parameters[i][rowOf.get({own})]])")
    assert job["search"]["trials"] == [dict(data)] and job["search"]["sampler"] == "list"
    assert job["model"] == {"hidden": [16]} and job["training"] == {"epochs": 2}
    page.execute_cdp_cmd("Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
    page.find_element(By.XPATH, "//dialog//button[text()='Copy']").click()
    until(lambda: "Copied." in page.find_element(By.CSS_SELECTOR, "dialog").text)
    copied = page.execute_async_script("navigator.clipboard.readText().then(arguments[0], e => arguments[0](String(e)))")
    assert copied.replace("\r", "") == offered(page)
    check(tmp_path, offered(page), 1)


def test_what_is_shown_is_copied_as_one_job_file(page, tmp_path):
    page.find_element(By.ID, "filter").send_keys("complete learning_rate>0.05")
    shown = count(page)
    page.find_element(By.ID, "copy-shown").click()
    repeats = page.find_element(By.CSS_SELECTOR, "dialog input[type=number]")
    repeats.clear()
    repeats.send_keys("3")
    job = yaml.safe_load(offered(page))
    assert len(job["search"]["trials"]) == shown > 1 and job["search"]["repeats"] == 3
    check(tmp_path, offered(page), 3 * shown)


def check(folder, text, trials):
    """`trawl check` takes it, where there is a trawl: ctest gives it."""
    trawl = os.environ.get("TRAWL")
    if not trawl:
        return
    (folder / "job.yaml").write_text(text)
    done = subprocess.run([trawl, "check", folder / "job.yaml"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and re.search(rf"trials +{trials}\b", done.stdout), done.stdout + done.stderr


def test_another_metric_redraws_the_curves(page):
    chart = canvas(page, "curves")
    before = page.execute_script("return arguments[0].toDataURL()", chart)
    page.execute_script(
        "const m = document.getElementById('curves-metric'); m.value = 'val_cross_entropy'; m.dispatchEvent(new Event('change'))"
    )
    assert page.execute_script("return arguments[0].toDataURL()", chart) != before


def pick(page, name, value):
    page.execute_script(
        "const s = document.querySelector(`#${arguments[0]} select.scale`); s.value = arguments[1]; s.dispatchEvent(new Event('change'))",
        name, value,
    )  # fmt: skip


def picked(page):
    return page.execute_script("return [...document.querySelectorAll('select.scale')].map(s => s.value)")


def said_outside(page):
    return page.execute_script("return [...document.querySelectorAll('.note.outside')].map(n => n.textContent)")


def test_the_better_half_runs_from_the_median_to_the_best(page):
    scale = "const s = metricScales('own', arguments[0], arguments[1], arguments[2]); return [s.better.low, s.better.high, s.narrow]"
    ends, values = [1, 5, 6, 7], [0, 1, 5, 6, 7, 8, None]
    low, high, narrow = page.execute_script(scale, values, ends, True)
    assert (low, high, narrow) == (pytest.approx(6 - 0.08), pytest.approx(8 + 0.08), True)
    low, high, narrow = page.execute_script(scale, values, ends, False)
    assert (low, high, narrow) == (pytest.approx(0 - 0.2), pytest.approx(5 + 0.2), False)


@pytest.mark.parametrize("direction", ["maximize", "minimize"])
def test_a_few_bad_trials_do_not_squeeze_the_others(browser, tmp_path, direction):
    metric = {"maximize": "val_accuracy", "minimize": "val_cross_entropy"}[direction]
    path = write_results(tmp_path / "r.h5", n_trials=40, objective_metric=metric, objective_direction=direction)
    with h5py.File(path, "a") as file:
        good = np.linspace(0.90, 0.97, 36)
        objective = np.concatenate([[0.1] * 4, good] if direction == "maximize" else [[0.8] * 4, 1 - good])
        file["trials/objective"][:] = objective
        file[f"epochs/{metric}"][:] = np.repeat(objective, 5)
    visit_without_figures(browser, path)
    assert picked(browser) == ["better"] * 3
    low, high, metric_of = browser.execute_script("const s = objectiveScale(); return [s.low, s.high, DATA.metric]")
    shown = int(((objective >= low) & (objective <= high)).sum())
    assert metric_of == metric and 20 <= shown <= 22 and abs(objective[-1] - (high if direction == "maximize" else low)) < 0.01
    edge = "▼" if direction == "maximize" else "▲"
    dots = f"{40 - shown} of 40 trials are outside this view, drawn as {edge} at its edge."
    assert said_outside(browser) == [dots, f"{40 - shown} of 40 trials end outside this view.", dots]
    chart = canvas(browser, "history")
    browser.execute_script("arguments[0].focus({preventScroll: true})", chart)
    chart.send_keys(Keys.ARROW_RIGHT)
    assert visible_tooltip(browser).startswith("trial 0")  # it lies outside
    pick(browser, "curves", "all")
    assert picked(browser) == ["all"] * 3 and said_outside(browser) == ["", "", ""]
    visit(browser, tmp_path)
    assert picked(browser) == ["all"] * 3  # a page that reloads itself keeps it


def test_the_scale_is_picked_by_keyboard(page):
    chart = canvas(page, "slices")
    picker = page.find_element(By.CSS_SELECTOR, "#slices select.scale")
    picker.send_keys(Keys.ARROW_UP)
    assert picked(page) == ["all"] * 3
    before = page.execute_script("return arguments[0].toDataURL()", chart)
    picker.send_keys(Keys.ARROW_DOWN)
    assert picked(page) == ["better"] * 3
    assert page.execute_script("return arguments[0].toDataURL()", chart) != before


def test_the_best_is_marked_only_where_it_has_the_parameter(browser, tmp_path):
    path = write_results(tmp_path / "r.h5", n_trials=20, best=3)
    with h5py.File(path, "a") as file:
        file["trials/parameters/learning_rate"][3] = np.nan
    visit_without_figures(browser, path)
    browser.execute_script("document.documentElement.style.setProperty('--best', '#010203')")
    browser.execute_script("repaintAll()")
    marked = browser.execute_script(
        "return [...document.querySelectorAll('.slice canvas')].map(c => { const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        "for (let i = 0; i < d.length; i += 4) if (d[i] === 1 && d[i + 1] === 2 && d[i + 2] === 3 && d[i + 3] === 255) return true; return false; })"
    )
    assert marked == [False, True]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [390, 700])
@pytest.mark.parametrize("table", [".best", "#trials-table"])
def test_a_trial_can_be_copied_wherever_its_table_is_scrolled(page, table, width, dark):
    resize(page, width, dark)
    until(lambda: page.execute_script("return innerWidth") == width)
    button = page.find_element(By.CSS_SELECTOR, f"{table} button.copy")
    page.execute_script("arguments[0].scrollIntoView({block: 'center', inline: 'nearest'})", button)
    for left in (0, 40, 10_000):
        seen = page.execute_script(
            "const [b, left] = arguments, box = b.getBoundingClientRect(); b.closest('.wide').scrollLeft = left;"
            "const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);"
            "return [b.getBoundingClientRect().right <= innerWidth, top === b, getComputedStyle(b.closest('td')).backgroundColor]",
            button, left,
        )  # fmt: skip
        assert seen[:2] == [True, True] and seen[2] == ("rgb(26, 33, 43)" if dark else "rgb(255, 255, 255)")


@pytest.mark.parametrize("width", [375, 800, 1400])
def test_nothing_sticks_out_at_any_width(page, width):
    resize(page, width)
    until(lambda: page.execute_script("return innerWidth") == width)
    sticking = page.execute_script(
        "return [...document.querySelectorAll('section, section > *, header, .banner, canvas')].filter(e => !e.closest('.wide') "
        "&& e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"
    )
    assert sticking == [] and page.execute_script("return document.documentElement.scrollWidth") <= width


PAPER = 718  # pixels: A4 between Chromium's margins


def test_paper_has_all_that_can_be_read_and_nothing_to_click(browser, tmp_path):
    path = write_results(tmp_path / "r.h5", n_trials=40)
    with h5py.File(path, "a") as file:
        draw = np.random.default_rng(0)
        write_parameters(file["trials/parameters"], {f"a_long_parameter_{i}": draw.uniform(size=40) for i in range(8)})
    visit_without_figures(browser, path)
    resize(browser, PAPER, dark=True, media="print")
    until(lambda: browser.execute_script("return innerWidth") == PAPER)
    assert browser.execute_script("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    boxes = "[...document.querySelectorAll(arguments[0])].filter(e => e.getClientRects().length)"
    seen = browser.execute_script(f"return {boxes}.map(e => e.textContent)", "nav, input, label[for=filter], button:not(th button, .axis-name)")
    assert seen == []
    heads = browser.execute_script(f"return {boxes}.map(e => e.textContent)", "#trials-table th button, .axis-name")
    assert heads.count("a_long_parameter_7") == 2
    until(lambda: browser.execute_script("return document.documentElement.scrollWidth") <= PAPER)
    cut = f"return {boxes}.filter(e => e.getBoundingClientRect().right > innerWidth || e.scrollWidth > e.clientWidth + 1).map(e => e.outerHTML)"
    assert browser.execute_script(cut, "td, th, canvas, .wide") == []
    colours = browser.execute_script("return [...document.querySelectorAll('i, u, .track')].map(e => getComputedStyle(e).printColorAdjust)")
    assert set(colours) == {"exact"}


def test_the_names_of_the_axes_stay_inside_and_trials_are_counted_in_whole_numbers(browser, tmp_path):
    path = write_results(tmp_path / "r.h5", n_trials=1, objective_metric="val_cross_entropy", objective_direction="minimize")
    visit_without_figures(browser, path)
    inside = "const w = document.querySelector('#parallel .chart').getBoundingClientRect();"
    inside += "return [...document.querySelectorAll('.axis-name')].map(e => e.getBoundingClientRect()).every(b => b.left > w.left - 1 && b.right < w.right + 1)"
    until(lambda: browser.execute_script(inside))
    assert browser.execute_script("return countScale(0, 1).ticks(10)") == [0, 1]


def test_dark_where_the_system_is_dark_and_charts_follow(page):
    chart = canvas(page, "history")
    light = page.execute_script("return [getComputedStyle(document.body).backgroundColor, arguments[0].toDataURL()]", chart)
    resize(page, 1400, dark=True)
    dark = until(
        lambda: (seen := page.execute_script("return [getComputedStyle(document.body).backgroundColor, arguments[0].toDataURL()]", chart))[1]
        != light[1] and seen
    )  # fmt: skip
    assert dark[0] != light[0]


def test_a_live_page_reloads_itself_unless_told_not_to(browser, tmp_path):
    path = write_results(tmp_path / "r.h5", n_trials=5, states={4: "running"}, complete=False)
    report.draw_report(path, tmp_path, every=1)
    browser.get(f"file://{tmp_path / 'report.html'}")
    browser.execute_script("document.title = 'before'")
    until(lambda: browser.title != "before")
    until(lambda: browser.execute_script("const p = document.getElementById('pause'); if (p && !p.checked) p.click(); return p !== null"))
    time.sleep(2)  # a reload that had begun
    browser.execute_script("document.title = 'kept'")
    time.sleep(3)
    assert browser.title == "kept"


def test_charts_of_many_trials_are_drawn_quickly(browser, tmp_path):
    """As much as is ever put into a page: 20,000 dots in every slice, 2,000 curves."""
    visit_without_figures(browser, write_results(tmp_path / "r.h5", n_trials=20_000, n_epochs=2))
    spent = browser.execute_script("const t = performance.now(); charts.forEach(c => c.paint()); return performance.now() - t")
    print(f"all charts: {spent:.0f} ms")
    assert spent < 10_000  # on a machine with nothing else to do it takes a fraction of a second
