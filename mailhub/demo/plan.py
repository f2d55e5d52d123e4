"""What the example shop is: its brand, lists, fields, letters and campaigns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

BRAND = "Lind & Fern"
POSTAL_ADDRESS = "Lind & Fern\n12 Glasshouse Lane\nExampleton EX1 2MP"
SENDER_NAME = "Ida at Lind & Fern"
SENDER_ADDRESS = "hello@lindfern.test"
SOURCE = "demo"
# Whom the consent records name, and the account that the acts of the past are by.
COLLEAGUE = "ida"


@dataclass(frozen=True, slots=True)
class ListPlan:
    """A list: which `share` of the people are on it, and how they came to it."""

    slug: str
    name: str
    description: str
    opt_in: str
    share: float
    wording: str


LISTS = (
    ListPlan(
        "lind-fern-news", "News from the shop", "What is new in the greenhouse, about twice a month.",
        "single", 0.86, "Yes, send me news from Lind & Fern by e-mail. I can leave at any time.",
    ),
    ListPlan(
        "lind-fern-care", "Plant care tips", "One plant, one page, every other week.",
        "double", 0.47, "Send me plant care tips. You will get a mail to confirm.",
    ),
    ListPlan(
        "lind-fern-offers", "Offers", "Sales and seconds from the pottery, now and then.",
        "single", 0.38, "Tell me about offers.",
    ),
    ListPlan(
        "lind-fern-workshops", "Workshops", "Dates of our evening classes.",
        "single", 0.19, "Tell me when there are new workshop dates.",
    ),
)  # fmt: skip

FIELDS = (
    ("favourite_plant", "Favourite plant", "text"),
    ("loyalty_points", "Loyalty points", "number"),
    ("birthday", "Birthday", "date"),
    ("has_garden", "Has a garden", "boolean"),
)
TAGS = ("regular", "wholesale", "workshop guest", "keen reader")


@dataclass(frozen=True, slots=True)
class LetterPlan:
    """What is said, in which of the shipped starters. `title` heads the letter, `intro` follows it."""

    name: str
    subject: str
    preheader: str
    title: str
    intro: str
    button: str
    starter: str = "newsletter"


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """One mailing to `lists`, `age` ago at `hour` UTC; `pull` scales how well it is read."""

    letter: LetterPlan
    lists: tuple[int, ...]
    age: timedelta
    hour: int
    pull: float = 1.0
    click: float = 1.0


def _sent(
    days: int, hour: int, lists: tuple[int, ...], pull: float, click: float, *words: str
) -> CampaignPlan:
    name, subject, preheader, title, intro, button, *starter = words
    return CampaignPlan(
        LetterPlan(name, subject, preheader, title, intro, button, *starter),
        lists,
        timedelta(days=days),
        hour,
        pull,
        click,
    )


SENT = (
    _sent(
        86, 8, (0,), 1.15, 1.1, "The new greenhouse", "The new greenhouse is open",
        "Come in out of the rain", "The new greenhouse is open",
        "Forty metres of glass, a stove in the middle, and every fern we could find.", "See the greenhouse",
        "announcement",
    ),
    _sent(
        77, 6, (1,), 1.2, 0.9, "Care tips 14: water less", "Your plants are drowning",
        "Most house plants die of kindness", "Water less than you think",
        "Put a finger into the soil. If it is damp, walk away and come back on Sunday.", "Read the tips",
    ),
    _sent(
        66, 9, (2,), 0.8, 1.6, "Terracotta week", "Terracotta week: a fifth off every pot",
        "Until Sunday evening", "20% off",
        "Hand-thrown, unglazed, with a hole where a hole belongs.", "Choose a pot", "promotion",
    ),
    _sent(
        55, 8, (0,), 0.95, 0.9, "From the studio", "New glazes from the studio",
        "Celadon, ash and one that we cannot name yet", "New glazes from the studio",
        "Mara has spent the month at the kiln. These are the ones that survived.", "See the glazes",
    ),
    _sent(
        44, 6, (1,), 1.1, 0.8, "Care tips 15: light", "How much light is bright?",
        "A shadow tells you more than a label", "How much light is bright?",
        "Hold your hand over the leaf at noon. A crisp shadow is bright; a blurred one is not.", "Read the tips",
        "plain",
    ),
    _sent(
        36, 15, (3, 0), 0.9, 1.3, "Workshop dates", "The new workshop dates are out",
        "Eight seats each, tea included", "Get your hands dirty",
        "Throwing, glazing, and an evening about nothing but moss.", "Save a seat", "announcement",
    ),
    _sent(
        27, 9, (2,), 0.75, 1.4, "Three for two", "Three ferns for the price of two",
        "This weekend in the shop and online", "3 for 2",
        "They are happier in company anyway.", "Pick your three", "promotion",
    ),
    _sent(
        18, 6, (1,), 1.15, 1.0, "Care tips 16: repotting", "When the roots look out",
        "Five minutes and a sheet of newspaper", "When the roots look out",
        "One size up, no more. A pot that is too big stays wet for too long.", "Read the tips",
    ),
    _sent(
        10, 8, (0,), 1.05, 1.0, "What is new", "Nine new plants and a wooden bench",
        "The bench is not for sale", "What is new this month",
        "A crate from the coast came in on Tuesday. Here is what was in it.", "See what is new",
    ),
    _sent(
        4, 15, (0, 1), 1.0, 1.2, "Evening among ferns", "You are invited: an evening among ferns",
        "With soup. Please tell us whether you come", "An evening among ferns",
        "We light the stove, the plants behave, and somebody plays the double bass.", "Tell us you come",
    ),
)  # fmt: skip

PAUSED = _sent(
    0, 0, (2,), 0.8, 1.4, "Last pots of the season", "The last pots of the season",
    "What is gone is gone", "Half price",
    "Seconds with a story: a thumbprint here, a freckle there. Half price.", "Find yours", "promotion",
)  # fmt: skip
SCHEDULED = _sent(
    -2, 8, (1,), 1.0, 1.0, "Care tips 17: small guests", "Small guests on your leaves",
    "Soap, patience and a magnifying glass", "Small guests on your leaves",
    "Fungus gnats, thrips, scale: how to tell them apart, and which of them matters.", "Read the tips",
)  # fmt: skip
DRAFT = _sent(
    -9, 8, (0,), 1.0, 1.0, "Gift guide", "Presents that grow",
    "From five to fifty", "Presents that grow",
    "For people who have everything, and a window sill.", "Find a present",
)  # fmt: skip

CHINESE = ("Evening among ferns", "蕨类之夜，诚邀您来", "蕨类之夜")

# The letter that shows a picture, and the pictures in the library: name, what it shows, how long ago.
PICTURED = "From the studio"
PICTURES = (
    ("Glazed pot", "A terracotta pot with a grey-green glaze", timedelta(days=58)),
    ("Fern frond", "The frond of a fern", timedelta(days=88)),
)

# What of the file from the till could not be brought in: line, cells, reason.
REFUSED_ROWS = (
    (14, ("nora.example.com", "Nora", "Lake", "Exampleton"),
     "“nora.example.com” is not an e-mail address: it needs one @ with text on both sides."),
    (52, ("", "Piet", "", "Exampleton"), "The row has no e-mail address."),
    (118, ("wen@example", "Wen", "", "Samplebury"), "“example” is not a domain name that mail can be sent to."),
)  # fmt: skip
