"""Which rule counts for a letter: a domain outweighs a brand, and a brand outweighs a stream."""

from __future__ import annotations

import itertools

import pytest

from mailhub.delivery.services import rulebook
from mailhub.delivery.services.rulebook import Rule

SHOP, OTHER = 1, 2
# From the most to the least specific.
ORDER = [
    Rule(SHOP, "marketing", "gmail.com", (1,)),
    Rule(SHOP, "", "gmail.com", (2,)),
    Rule(None, "marketing", "gmail.com", (3,)),
    Rule(None, "", "gmail.com", (4,)),
    Rule(SHOP, "marketing", "gmail.com", (5,), subdomains=True),
    Rule(None, "", "gmail.com", (6,), subdomains=True),
    Rule(SHOP, "", "com", (7,), subdomains=True),
    Rule(None, "", "com", (8,), subdomains=True),
    Rule(SHOP, "marketing", "", (9,)),
    Rule(SHOP, "", "", (10,)),
    Rule(None, "marketing", "", (11,)),
    Rule(None, "", "", (12,)),
]


@pytest.mark.parametrize(("first", "second"), list(itertools.combinations(ORDER, 2)))
def test_the_more_specific_of_two_rules_counts_whatever_their_order(first: Rule, second: Rule) -> None:
    for rules in ([first, second], [second, first]):
        assert rulebook.of(rules).match(SHOP, "marketing", "gmail.com") == first


@pytest.mark.parametrize("domain", ["edu.cn", "tsinghua.edu.cn", "mails.tsinghua.edu.cn"])
def test_a_rule_for_subdomains_counts_at_any_depth_and_for_the_domain_itself(domain: str) -> None:
    rule = Rule(None, "", "edu.cn", (1,), subdomains=True)
    assert rulebook.of([rule]).match(SHOP, "marketing", domain) == rule


def test_below_a_domain_that_is_meant_alone_the_rule_for_what_is_above_it_counts() -> None:
    above, alone = Rule(None, "", "edu.cn", (1,), subdomains=True), Rule(None, "", "a.edu.cn", (2,))
    others = Rule(OTHER, "", "b.edu.cn", (3,))
    book = rulebook.of([above, alone, others])
    found = [book.match(SHOP, "marketing", name) for name in ("a.edu.cn", "x.a.edu.cn", "b.edu.cn", "cn")]
    assert found == [alone, above, above, None]


@pytest.mark.parametrize(
    ("rule", "letter"),
    [
        (Rule(SHOP, "", "", (1,)), (OTHER, "marketing", "gmail.com")),
        (Rule(None, "marketing", "", (1,)), (SHOP, "transactional", "gmail.com")),
        (Rule(None, "", "gmail.com", (1,)), (SHOP, "marketing", "mail.gmail.com")),
        (Rule(None, "", "gmail.com", (1,), subdomains=True), (SHOP, "marketing", "notgmail.com")),
        (Rule(None, "", "mail.gmail.com", (1,), subdomains=True), (SHOP, "marketing", "gmail.com")),
    ],
)
def test_a_rule_for_others_does_not_count(rule: Rule, letter: tuple[int, str, str]) -> None:
    assert rulebook.of([rule]).match(*letter) is None


def test_what_letters_can_come_under_leaves_out_rules_that_others_cover() -> None:
    brands, everyone, gmail = (
        Rule(SHOP, "", "", (1,)),
        Rule(None, "", "", (2,)),
        Rule(None, "", "gmail.com", (3,)),
    )
    book = rulebook.of([brands, everyone, gmail], brand_ids=[SHOP, OTHER])
    assert book.possible("marketing", SHOP) == {brands, gmail}
    assert book.possible("marketing") == {brands, everyone, gmail}
    assert rulebook.of([brands], brand_ids=[SHOP, OTHER]).possible("marketing") == {brands, None}
    assert rulebook.of([brands], brand_ids=[SHOP]).possible("marketing") == {brands}


def test_what_letters_can_come_under_knows_what_stands_below_a_domain() -> None:
    below, alone = Rule(None, "", "gmail.com", (1,), subdomains=True), Rule(None, "", "gmail.com", (2,))
    deeper = Rule(None, "", "a.gmail.com", (3,), subdomains=True)
    book = rulebook.of([below, alone, deeper], brand_ids=[SHOP])
    assert book.possible("marketing") == {below, alone, deeper, None}
