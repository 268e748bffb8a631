"""What a page for the browser holds and asks for."""

import base64
import io
import re
from html.parser import HTMLParser

from PIL import Image

ADDRESSES = ("src", "href", "srcset", "action", "poster", "data", "xlink:href")


class Page(HTMLParser):
    """A page that was read.

    Attributes:
        tags: names of all elements, in their order.
        addresses: all that a browser would fetch.
        pictures: dict from alternative text to `PIL.Image`.
        text: all text outside of the style.
    """

    def __init__(self, path):
        super().__init__()
        self.tags, self.addresses, self.pictures, self.text = [], [], {}, ""
        self.open = []
        content = path.read_text()
        self.addresses += re.findall(r"url\(['\"]?([^)'\"]+)", content)
        self.addresses += re.findall(r"@import\s+(\S+)", content)
        self.feed(content)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag not in ("meta", "img", "link"):
            self.open.append(tag)
        attrs = dict(attrs)
        self.addresses += [attrs[name] for name in ADDRESSES if name in attrs]
        if tag == "img":
            content = base64.b64decode(attrs["src"].removeprefix("data:image/png;base64,"))
            self.pictures[attrs["alt"]] = Image.open(io.BytesIO(content))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.text += data


def assert_self_contained(page):
    """A browser that shows a page asks for nothing: all that it shows is within."""
    assert page.pictures and "" not in page.pictures and None not in page.pictures
    assert all(address.startswith(("data:", "#")) for address in page.addresses)
    assert not {"script", "iframe", "object", "embed", "link"} & set(page.tags)
    assert not page.open
