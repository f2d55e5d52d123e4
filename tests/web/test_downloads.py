from __future__ import annotations

from io import BytesIO

from mailhub.web import downloads


def test_a_csv_file_is_saved_under_its_name_and_kept_by_nobody_between() -> None:
    answer = downloads.offer_csv(BytesIO(b"email\r\n"), name="people of May.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="people_of_May.csv"'
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Cache-Control"] == "no-store"
    assert answer.getvalue() == b"email\r\n"


def test_json_keeps_the_letters_of_any_script() -> None:
    answer = downloads.offer_json({"name": "Zoë"}, name="my-data.json")
    assert answer.content.decode() == '{\n  "name": "Zoë"\n}'
    assert answer["Content-Disposition"] == 'attachment; filename="my-data.json"'
