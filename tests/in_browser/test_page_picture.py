"""The picture of the whole page that a person can take away, in Voilà and in JupyterLab."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.visitor import Visitor

HEIGHT = 700  # pixels of the page's top that are in sight in both hosts

# How far apart the colours of two pictures are in the mean, and those of the second from its first pixel; the first
# picture is of the whole page and sharper, the second of a part at its top, both are drawn small.
COMPARE = """async ([own, theirs]) => {
  const loaded = async (content) => {
    const image = new Image();
    image.src = `data:image/png;base64,${content}`;
    await image.decode();
    return image;
  };
  const [whole, part] = [await loaded(own), await loaded(theirs)];
  const pixels = (image, height) => {
    const context = new OffscreenCanvas(400, 200).getContext("2d");
    context.drawImage(image, 0, 0, image.width, height, 0, 0, 400, 200);
    return context.getImageData(0, 0, 400, 200).data;
  };
  const [a, b] = [pixels(whole, (part.height * whole.width) / part.width), pixels(part, part.height)];
  let apart = 0, varied = 0;
  for (let i = 0; i < a.length; i++) [apart, varied] = [apart + Math.abs(a[i] - b[i]), varied + Math.abs(b[i] - b[0])];
  return [whole.width / part.width, apart / a.length, varied / a.length];
}"""


def test_the_picture_of_the_page_is_what_the_browser_itself_photographs(visitor: Visitor) -> None:
    visitor.press("Step")
    visitor.rest_at(1)
    page = visitor.page
    page.locator(".dl-save summary").click()
    with page.expect_download() as download:
        visitor.press("Picture of the page (.png)")
    own = Path(download.value.path()).read_bytes()
    page.mouse.move(0, 0)
    page.evaluate("document.querySelector('.dl-root').scrollIntoView()")
    box = page.locator(".dl-root").bounding_box()
    assert box is not None
    theirs = page.screenshot(animations="disabled", clip={**box, "height": HEIGHT})
    contents = [base64.b64encode(content).decode() for content in (own, theirs)]
    sharper, apart, varied = page.evaluate(COMPARE, contents)
    assert sharper == pytest.approx(2, abs=0.01)
    assert apart < 3  # of 255; one wrong size of type makes it 7
    assert varied > 5  # it is no empty page
