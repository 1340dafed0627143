"""What one does on the report's page: pointing, sorting, filtering, brushing, copying."""

import os
import re
import subprocess
import time

import pytest
import yaml
from report_pages import browser, canvas, chromium, folder, page, until, visible_tooltip, visit_without_figures  # noqa: F401 (fixtures)
from results_file import write_halved, write_results
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from analysis import report


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
        "const m = document.getElementById('curves-metric'); m.value = 'val_loss'; m.dispatchEvent(new Event('change'))"
    )
    assert page.execute_script("return arguments[0].toDataURL()", chart) != before


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


def test_a_page_of_a_search_with_a_pruner(browser, tmp_path):
    visit_without_figures(browser, write_halved(tmp_path / "r.h5", [1, 3, 9] * 10, complete=False))
    assert "Pruning" in browser.find_element(By.TAG_NAME, "nav").text
    browser.find_element(By.ID, "filter").send_keys("paused")
    assert set(column(browser, "state")) == {"paused"} and count(browser) == 20
    chart = canvas(browser, "curves")
    browser.execute_script("arguments[0].focus({preventScroll: true})", chart)
    chart.send_keys(Keys.ARROW_RIGHT)
    assert visible_tooltip(browser).startswith("trial 0 · paused after epoch 1")
    slices = canvas(browser, "slices")
    browser.execute_script("arguments[0].focus({preventScroll: true})", slices)
    slices.send_keys(Keys.ARROW_RIGHT)
    assert re.match(r"trial 0 · paused after epoch 1\nval_accuracy [\d.]+ % then\n", visible_tooltip(browser))
    assert not [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
