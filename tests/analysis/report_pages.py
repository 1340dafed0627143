"""Pages of reports in a real browser: Chromium without a window, driven through chromedriver. Its fixtures are imported with the rest."""

import time

import pytest
from results_file import write_results
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common import utils
from selenium.webdriver.common.by import By

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


class NumberedService(Service):
    """chromedriver by the machine's number: a bare system without /etc/hosts does not know `localhost`."""

    @property
    def service_url(self):
        return f"http://127.0.0.1:{self.port}"

    def is_connectable(self):
        return utils.is_connectable(self.port, "127.0.0.1")


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(service=NumberedService("/usr/bin/chromedriver"), options=options)
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


def visible_tooltip(page):
    tooltip = page.find_element(By.CSS_SELECTOR, ".tooltip")
    return tooltip.text if tooltip.is_displayed() else ""
