"""axe-core, the checker of accessibility rules, on a page."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = files("axe_playwright_python").joinpath("axe.min.js")


def violations(page: Page, inside: str | None = None) -> list[str]:
    """What axe has against the page, or against what matches `inside`: rule, impact, place and reason, sorted.

    The button of the pseudo-locale, which tests alone have, is passed over: it is in no list of languages.
    """
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        """async (inside) => {
          const place = { include: [inside ?? "html"], exclude: ["[lang=qps]"] };
          const { violations } = await axe.run(place, { resultTypes: ["violations"] });
          return violations.flatMap(({ id, impact, nodes }) =>
            nodes.map(({ target, failureSummary }) => `${id} (${impact}): ${target}: ${failureSummary}`));
        }""",
        inside,
    )
    return sorted(found)
