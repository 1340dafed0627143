"""How the report's page looks: its scales, at any width, in the dark and on paper."""

import h5py
import numpy as np
import pytest
from report_pages import browser, canvas, chromium, folder, page, resize, until, visible_tooltip, visit, visit_without_figures  # noqa: F401 (fixtures)
from results_file import write_parameters, write_results
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys


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
