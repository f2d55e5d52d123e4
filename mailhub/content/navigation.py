"""Puts letters and images into the shell's navigation and into the global search."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from mailhub.content.selectors import letters
from mailhub.web import navigation, search


def register() -> None:
    navigation.register(navigation.Item("main", _("Letters"), "content:letter_list", "mail", 40))
    navigation.register(
        navigation.Item("main", _("Images"), "content:image_list", "images", 41, under="content:letter_list")
    )
    search.register("letters", letters.search, label=_("Letters"), icon="mail", order=30)
