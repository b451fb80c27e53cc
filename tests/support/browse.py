#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""browse.py - look at HTML reports in one headless Chromium.

    browse.py FOLDER

FOLDER has page.html, of a scenario that leaks; hostile.html, whose log has
markup in every text; big.html, 1,000 points and 20 faults. Prints a line for
each check, "ok NAME" or "not ok NAME: why". There is no network: the profile is
a folder of its own, and each request is in the performance log.
"""
import json
import os
import sys
import tempfile
import time
import traceback

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

DEADLINE_S = 30
CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


def start(profile):
    options = Options()
    for argument in (
            "--headless=new", "--no-sandbox", "--disable-gpu",
            "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-sync",
            "--disable-component-update", "--window-size=1400,900",
            "--user-data-dir=" + profile):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs",
                           {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"),
                            options=options)


class Pages:
    """The browser, and what the checks want of it."""

    def __init__(self, driver, folder):
        self.driver = driver
        self.folder = folder

    def open(self, name, fragment=""):
        # A new fragment alone would not load it again.
        self.driver.get("about:blank")
        self.driver.get("file://%s/%s%s" % (self.folder, name, fragment))

    def js(self, code, *arguments):
        return self.driver.execute_script("return " + code, *arguments)

    def until(self, code, *arguments):
        try:
            WebDriverWait(self.driver, DEADLINE_S, 0.05).until(
                lambda _: self.js(code, *arguments))
        except Exception:
            raise AssertionError("it never was so: " + code)

    def keys(self, *keys):
        self.driver.switch_to.active_element.send_keys(*keys)

    def count(self, selector):
        return self.js("document.querySelectorAll(arguments[0]).length",
                       selector)

    def shown_rows(self):
        return self.js("[...document.querySelectorAll('#m tbody tr:not(.g)')]"
                       ".filter(r => !r.hidden).length")

    def click(self, selector):
        self.driver.find_element(By.CSS_SELECTOR, selector).click()

    def filter(self, query):
        field = self.driver.find_element(By.ID, "q")
        field.send_keys(Keys.CONTROL, "a")
        field.send_keys(Keys.DELETE)
        if query:
            field.send_keys(query)
        self.until("document.getElementById('q').value === arguments[0]",
                   query)

    def console(self):
        return self.driver.get_log("browser")

    def requests(self):
        urls = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                urls.append(message["params"]["request"]["url"])
        return urls


OPEN = "!document.getElementById('panel').hidden"
TITLE = "document.querySelector('#panel h3').textContent"


@check
def the_filter_leaves_rows_that_match(pages):
    pages.open("page.html")
    everything = pages.shown_rows()
    assert everything > 8, everything
    pages.filter("shmat")
    few = pages.shown_rows()
    assert 0 < few < everything, few
    pages.filter("v:leaked f:hup shmat")
    assert pages.shown_rows() == few
    assert pages.count("#m td.dim") > 0
    assert pages.count("#m tr:not([hidden]) td.bad:not(.dim)") == few
    pages.filter("v:leaked f:exit")
    assert pages.shown_rows() == 0
    pages.filter("k:sysv-sem")
    assert pages.shown_rows() == 0
    pages.filter("")
    assert pages.shown_rows() == everything


@check
def a_chip_and_a_column_filter(pages):
    pages.open("page.html")
    everything = pages.shown_rows()
    pages.click("#counts button[data-v=leaked]")
    pages.until("location.hash === '#q=v:leaked'")
    assert 0 < pages.shown_rows() < everything
    assert pages.js("document.querySelector('#counts button"
                    "[data-v=leaked]').getAttribute('aria-pressed')") == "true"
    pages.js("[...document.querySelectorAll('#m thead span')]"
             ".find(s => s.textContent === 'HUP').click()")
    pages.until("document.getElementById('q').value === 'v:leaked f:SIGHUP'")
    pages.click("#counts button[data-v=leaked]")
    pages.until("location.hash === '#q=f:SIGHUP'")


@check
def a_class_shows_its_points(pages):
    pages.open("page.html")
    pages.click("details.class .do button")
    pages.until("location.hash.startsWith('#q=c:')")
    assert pages.shown_rows() == pages.count("#m tr:not([hidden]) td.bad")


@check
def a_cell_opens_and_the_address_has_it(pages):
    pages.open("page.html")
    pages.click("#m td.bad a")
    pages.until(OPEN)
    name = pages.js("document.querySelector('#m td.now a').hash.slice(3)")
    assert pages.js("location.hash") == "#c=" + name
    text = pages.js("document.getElementById('panel').textContent")
    for part in ("SIGHUP", "made by", "ipcrash rerun", name, "--gdb"):
        assert part in text, part
    assert pages.count("#panel svg") == 1
    pages.driver.back()
    pages.until("document.getElementById('panel').hidden")
    pages.driver.forward()
    pages.until(OPEN)
    pages.keys(Keys.ESCAPE)
    pages.until("document.getElementById('panel').hidden")
    # What was in the panel is back in its place.
    assert pages.js("[...document.querySelectorAll('details.trial')]"
                    ".every(d => d.querySelector('.body'))")


@check
def an_address_leads_to_a_cell(pages):
    pages.open("page.html")
    names = pages.js("[...document.querySelectorAll('#m td.bad a')]"
                     ".map(a => a.hash.slice(3))")
    pages.open("page.html", "#c=%s&q=f:SIGHUP" % names[2])
    pages.until(OPEN)
    assert "SIGHUP" in pages.js(TITLE)
    assert pages.js("document.getElementById('q').value") == "f:SIGHUP"
    # Also as CI messages have it, and to one that is clean.
    pages.open("page.html", "#t-" + names[1])
    pages.until(OPEN)
    clean = open(os.path.join(pages.folder, "clean")).read().strip()
    pages.open("page.html", "#c=" + clean)
    pages.until(OPEN)
    assert "clean" in pages.js(TITLE), pages.js(TITLE)
    assert clean in pages.js("document.getElementById('panel').textContent")
    pages.open("page.html", "#c=00000000")
    pages.until("document.getElementById('toast').textContent"
                ".includes('no trial 00000000')")


@check
def the_keyboard_goes_everywhere(pages):
    focused = "document.activeElement"
    pages.open("page.html")
    pages.keys("n")
    pages.until(focused + ".className.startsWith('bad')")
    row = pages.js(focused + ".parentNode.rowIndex")
    pages.keys(Keys.ARROW_RIGHT)
    pages.until(focused + ".textContent === 'l'")
    pages.keys(Keys.ARROW_LEFT, Keys.ARROW_DOWN)
    pages.until(focused + ".parentNode.rowIndex === arguments[0]", row + 1)
    pages.keys("p")
    pages.until(focused + ".parentNode.rowIndex <= arguments[0]", row + 1)
    pages.keys(Keys.ENTER)
    pages.until(OPEN)
    title = pages.js(TITLE)
    pages.keys("n")
    pages.until(TITLE + " !== arguments[0]", title)
    pages.keys("r")
    pages.until("document.getElementById('toast').textContent"
                ".includes('ipcrash rerun')")
    pages.keys(Keys.ESCAPE)
    pages.until("document.getElementById('panel').hidden")
    pages.keys("/")
    pages.until(focused + ".id === 'q'")
    pages.keys("n?")
    assert pages.js("document.getElementById('q').value") == "n?"
    pages.keys(Keys.ESCAPE)
    pages.until(focused + ".id !== 'q'")
    pages.keys("?")
    pages.until("document.getElementById('help').open")
    pages.keys(Keys.ESCAPE)
    pages.until("!document.getElementById('help').open")


@check
def dark_and_light(pages):
    colors = []
    for scheme in ("light", "dark"):
        pages.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": scheme}]})
        pages.open("page.html")
        colors.append([int(part) for part in pages.js(
            "getComputedStyle(document.body).backgroundColor"
            ".match(/\\d+/g)")])
    pages.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {})
    light, dark = colors
    assert sum(light[:3]) > 600 and sum(dark[:3]) < 200, colors


@check
def whole_without_javascript(pages):
    disable = "Emulation.setScriptExecutionDisabled"
    pages.driver.execute_cdp_cmd(disable, {"value": True})
    try:
        pages.open("page.html")
        assert pages.count(".bar") == 0
        assert pages.count("[hidden]") == 0
        link = pages.driver.find_element(By.CSS_SELECTOR, "#m td.bad a")
        link.click()
        # The browser opens what a fragment is in.
        pages.until("document.querySelector(':target')"
                    ".closest('details').open")
        text = pages.driver.find_element(By.CSS_SELECTOR,
                                         "details.trial[open]").text
        assert "made by shmget" in text, text
    finally:
        pages.driver.execute_cdp_cmd(disable, {"value": False})


@check
def nothing_of_the_program_runs(pages):
    pages.open("hostile.html")
    pages.until("document.getElementById('count').textContent !== ''")
    pages.click("#m td.bad a")
    pages.until(OPEN)
    assert "<script>" in pages.js("document.body.textContent")
    assert pages.js("window.owned") is None
    assert pages.count("script") == 2
    assert pages.count("img") == 0
    assert "owned" in pages.js("document.title")


@check
def a_policy_stops_what_would_run(pages):
    """The policy itself: markup that got through would do nothing."""
    pages.open("page.html")
    pages.console()
    pages.js("document.body.insertAdjacentHTML('beforeend',"
             "'<img src=x onerror=\"window.owned=1\">')")
    pages.js("document.body.append(Object.assign(document.createElement"
             "('script'), {textContent: 'window.owned = 1'}))")
    assert pages.js("window.owned") is None
    refused = [entry["message"] for entry in pages.console()]
    assert any("Content Security Policy" in text for text in refused), refused


@check
def many_points_open_at_once(pages):
    before = time.monotonic()
    pages.open("big.html")
    pages.until("document.getElementById('count').textContent !== ''")
    spent_ms = (time.monotonic() - before) * 1000
    timing = pages.js("JSON.stringify(performance.getEntriesByType"
                      "('navigation')[0])")
    print("# big.html: %d KB, shown after %.0f ms (%s ms to load)" % (
        os.path.getsize(os.path.join(pages.folder, "big.html")) / 1024,
        spent_ms, round(json.loads(timing)["loadEventEnd"])))
    assert pages.count("#m tbody tr:not(.g)") == 1000
    # So many are not all shown at first.
    assert pages.js("document.getElementById('only').checked")
    assert 0 < pages.shown_rows() < 1000
    pages.click("#only")
    pages.until("location.hash === '#all=1'")
    assert pages.shown_rows() == 1000
    pages.filter("f19.c v:leaked")
    pages.until("!document.getElementById('count').textContent"
                ".startsWith('1000')")


def sees_what_is_wrong(pages):
    """A page that does load something is found out."""
    with open(os.path.join(pages.folder, "wrong.html"), "w") as page:
        page.write("<img src='http://127.0.0.1:9/x'>")
    pages.open("wrong.html")
    assert "http://127.0.0.1:9/x" in pages.requests()
    assert pages.console()


def run(pages, function):
    try:
        function(pages)
        print("ok " + function.__name__)
    except Exception as error:
        print("not ok %s: %s" % (function.__name__, error))
        traceback.print_exc(file=sys.stdout)


def tell(name, wrong):
    print("not ok %s: %s" % (name, wrong) if wrong else "ok " + name)


def run_all(pages):
    errors = []
    for function in CHECKS:
        run(pages, function)
        if function is not a_policy_stops_what_would_run:
            errors += [entry["message"] for entry in pages.console()]
    tell("no_console_error", errors)
    tell("no_network_request", [
        url for url in pages.requests()
        if not url.startswith(("file://%s/" % pages.folder, "about:", "data:",
                               "chrome:"))])
    run(pages, sees_what_is_wrong)


def main():
    with tempfile.TemporaryDirectory() as profile:
        os.environ["HOME"] = profile
        driver = start(profile)
        try:
            run_all(Pages(driver, os.path.abspath(sys.argv[1])))
        finally:
            driver.quit()


main()
