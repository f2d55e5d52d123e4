"""What stands in the example shop's letters where the starters say what should stand there."""

from __future__ import annotations

# Starter → its text → ours. {title}, {intro} and {button} are the letter's own.
TEXTS: dict[str, dict[str, str]] = {
    "newsletter": {
        "One strong headline that says what is new": "{title}",
        "Two sentences are enough here. Tell people why this letter is worth the next minute of their day.": (
            "{intro}"
        ),
        "Read the story": "{button}",
        "begin with the one thing you would tell a friend. Keep paragraphs short, leave room to breathe, and "
        "link to": (
            "it has been a good week in the greenhouse, and there is more to show than fits in here. Look at"
        ),
        "instead of repeating them.": "when you have a minute, or come by: the door is open until six.",
        "A first story with its own heading": "A fern for a dark corner",
        "What it is about, and what the reader gains by following the link below.": (
            "Three that do not mind a north window, and one that only pretends."
        ),
        "A second story beside the first": "Open studio on Saturday",
        "On a telephone the two stand one below the other, in this order.": (
            "Watch Mara throw, ask what you like, and take the seconds home."
        ),
        "Ready when you are": "Until soon",
        "Close with a single next step, and say what happens after the click.": (
            "Ida and Mara, with clay under the nails."
        ),
        "Take the next step": "{button}",
    },
    "promotion": {
        "20% off": "{title}",
        "one code, everything in the shop, as often as you like.": "{intro}",
        "SPRING20": "FERN20",
        "Shop the sale": "{button}",
        "What other people like you took home this month, at the price with your code.": (
            "What people took home this month."
        ),
        "The linen shirt": "The footed bowl",
        "Washed soft, in four colours.": "Ash glaze, four sizes.",
        "The travel bag": "The hanging pot",
        "Fits under every seat.": "With a rope that does not rot.",
        "The wool blanket": "The long planter",
        "Woven forty kilometres from here.": "Dug, thrown and fired forty kilometres from here.",
    },
    "announcement": {
        "One piece of news, said in one plain sentence": "{title}",
        "here is what is new, and why we think you will like it. Two sentences are enough before the facts.": (
            "{intro}"
        ),
        "The one thing that is different from now on, in words that your reader would use.": (
            "There is a roof over it, a stove in it, and a table for twelve."
        ),
        "From Monday, 1 June. Until then everything stays as it is.": "From Saturday, ten in the morning.",
        "Here is room for the story behind it: who asked for it, what you tried, what you learned. Leave it "
        "out if the facts say everything.": (
            "You asked for it in the shop, by post, and once by carrier pigeon. We have listened to all three."
        ),
        "Read all about it": "{button}",
    },
    "plain": {
        "begin as you would begin a letter to somebody you know. Say in the first sentence why you write, "
        "because many people read no further than that.": "{intro}",
        "Then tell what happened, in the order in which it happened. Short paragraphs read best on a "
        "telephone, and two or three of them are a letter.": (
            "We have walked through the greenhouse with a sheet of paper and written down what each window "
            "is good for."
        ),
        "If there is something to do, say it in a line of its own:": "All of it is on one page:",
        "Here is where it goes on": "{button}",
    },
}
