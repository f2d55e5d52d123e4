"""Redirects lead exactly where the author's link led."""

import pytest

from mailhub.delivery.tracking import locations

UNTOUCHED = [
    "https://shop.example.org/",
    "http://shop.example.org",
    "https://shop.example.org?a=1&b=2&amp=3",
    "https://shop.example.org/a?q=1&amp;r=2#part-2",
    "https://shop.example.org/a?filter[size][]=m&filter[size][]=l",
    "https://shop.example.org/a%20b%2Fc?q=%C3%A9+%zz&x=100%",
    "https://shop.example.org/a?u=https://other.example.com/?x=1#!/deep/link?y=[2]",
    "https://shop.example.org/a;v=1,2/(b)/{c}/~d/'e'/\"f\"/<g>/|h|/^i`",
    "https://ann:secret@shop.example.org:8443/a//b/../c/./",
    "https://Shop.Example.ORG/CaSe?",
    "HTTPS://shop.example.org/a#",
    "http://[2001:db8::1]:8080/a",
    "https://xn--bcher-kva.example/a",
    r"https://shop.example.org\a",
]


@pytest.mark.parametrize("url", UNTOUCHED)
def test_printable_ascii_stays_as_it_was_written(url: str) -> None:
    assert locations.exact_location(url) == url
    assert locations.is_web(url)


CONVERTED = [
    (
        "https://shop.example.org/café?q=naïve#über",
        "https://shop.example.org/caf%C3%A9?q=na%C3%AFve#%C3%BCber",
    ),
    (
        "https://shop.example.org/价格?按=一",
        "https://shop.example.org/%E4%BB%B7%E6%A0%BC?%E6%8C%89=%E4%B8%80",
    ),
    ("https://shop.example.org/%E4%BB%B7格", "https://shop.example.org/%E4%BB%B7%E6%A0%BC"),
    ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
    ("https://BÜCHER.example:8443/Ä", "https://xn--bcher-kva.example:8443/%C3%84"),
    ("https://ann@例え。テスト/a", "https://ann@xn--r8jz45g.xn--zckzah/a"),
    ("https://☃.example/", "https://xn--n3h.example/"),
    ("https://shop.example.org/a b?c=d e", "https://shop.example.org/a%20b?c=d%20e"),
    ("  https://shop.example.org/a\n", "https://shop.example.org/a"),
    ("https://shop.example.org/a\r\n\tb", "https://shop.example.org/ab"),
    ("https://shop.example.org/\x00\x7f\u00a0", "https://shop.example.org/%00%7F%C2%A0"),
    ("https://shop.example.org/👩‍💻", "https://shop.example.org/%F0%9F%91%A9%E2%80%8D%F0%9F%92%BB"),
]


@pytest.mark.parametrize(("url", "location"), CONVERTED)
def test_what_a_header_cannot_carry_is_encoded_and_the_rest_is_kept(url: str, location: str) -> None:
    assert locations.exact_location(url) == location


@pytest.mark.parametrize(
    "url",
    ["", "/a", "//shop.example.org/a", "javascript:alert(1)", "data:text/html,x", "mailto:ann@example.org",
     "ftp://example.org/", "https:///a", "https://", "https:shop.example.org", "htt\nps", r"https://\a", "x https://a/"],
)  # fmt: skip
def test_only_web_addresses_are_redirected_to(url: str) -> None:
    assert not locations.is_web(url)
    with pytest.raises(locations.NotAWebAddress):
        locations.exact_location(url)
