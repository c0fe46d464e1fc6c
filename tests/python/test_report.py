"""Pages of `nacre report`, as a strict parser and as a browser without a screen reads them."""

import subprocess
import xml.etree.ElementTree as ElementTree

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import nacre

HTML = "{http://www.w3.org/1999/xhtml}"
EVIL = '<b>x</b>&"'


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    rows = np.random.default_rng(1).normal(size=(50, 2))
    frame = pd.DataFrame(rows, columns=[EVIL, "y"])
    labels = np.where(rows[:, 0] > 0, EVIL, "other")
    model = nacre.convert(make_pipeline(StandardScaler(), LogisticRegression()).fit(frame, labels))
    return model.report(tmp_path_factory.mktemp("report") / "report.html")


def test_a_page_is_well_formed_and_has_no_markup_of_the_model(page):
    tree = ElementTree.parse(page)
    assert not list(tree.iter(HTML + "b")) and not list(tree.iter(HTML + "script"))
    assert any(EVIL in (cell.text or "") for cell in tree.iter(HTML + "td"))


def test_a_page_has_landmarks_headings_heads_of_columns_and_titles_of_drawings(page):
    tree = ElementTree.parse(page)
    for landmark in ("header", "main", "footer", "h1"):
        assert len(list(tree.iter(HTML + landmark))) == 1
    names = {element.get("id") for element in tree.iter() if element.get("id")}
    labelled = [word for element in tree.iter() for word in (element.get("aria-labelledby") or "").split()]
    assert labelled and set(labelled) <= names
    assert all(head.get("scope") in ("col", "row") for head in tree.iter(HTML + "th"))
    drawings = list(tree.iter(HTML + "svg"))
    assert len(drawings) == 2 and all(drawing[0].tag == HTML + "title" and drawing[0].text for drawing in drawings)


def browse(*words):
    return subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", *words], check=True,
                          capture_output=True, text=True, timeout=120).stdout


def test_a_browser_shows_the_page(page, tmp_path):
    assert "<main>" in browse("--dump-dom", page.as_uri())
    picture = tmp_path / "page.png"
    browse("--window-size=1000,1500", f"--screenshot={picture}", page.as_uri())
    assert picture.stat().st_size > 20_000  # an empty page takes 7,000


def test_a_phone_need_not_scroll_sideways(page, tmp_path):
    frame = tmp_path / "frame.html"
    frame.write_text(f"""<iframe src="{page.as_uri()}" width="320" height="600" onload="
        const page = this.contentDocument.documentElement;
        document.title = 'beyond ' + (page.scrollWidth - page.clientWidth);"></iframe>""")
    assert "<title>beyond 0</title>" in browse("--allow-file-access-from-files", "--dump-dom", frame.as_uri())
