from __future__ import annotations

import pytest

from contacts.segments.tree import BadTree
from contacts.services import saved_views
from mailhub.accounts.models import User

pytestmark = pytest.mark.django_db


def test_a_view_is_kept_under_its_owners_name_for_it() -> None:
    ann, bo = User.objects.create_user("ann"), User.objects.create_user("bo")
    saved_views.keep("Mine", query="where=city:is:Berlin&sort=contact", shared=False, owner=ann)
    view = saved_views.keep("Mine", query="q=x", shared=False, owner=ann)
    assert view.query == "q=x" and saved_views.of(ann) == [view] and saved_views.of(bo) == []
    other = saved_views.keep("Mine", query="", shared=True, owner=bo)
    assert saved_views.of(ann) == [view, other]
    third = saved_views.keep("Third", query="", shared=False, owner=ann)
    with pytest.raises(saved_views.NameTaken):
        saved_views.rename(third, name="Mine", shared=False)
    with pytest.raises(BadTree):
        saved_views.keep("Bad", query="where=nothing", shared=False, owner=ann)
