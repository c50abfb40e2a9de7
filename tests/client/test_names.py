"""Comparing names and ids."""

import unicodedata

from hypothesis import given, strategies as st
import pytest

from custom_components.se_aibox.aibox.names import (
    id_key,
    is_part_of_name,
    name_key,
    person_label,
    spellings,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zoë", "Zoe\u0308"),
        ("ZOË", "zoe\u0308"),
        ("Nguyễn Văn", "Nguye\u0302\u0303n Va\u0306n"),
        ("각", "\u1100\u1161\u11a8"),
        ("Straße", "STRASSE"),
        (" Tom  Chan ", "tom chan"),
        ("林\u3000小川", "林 小川"),
        ("林小川\u00a0", "林小川"),
    ],
)
def test_case_blanks_and_forms_of_accents_make_no_difference(
    one: str, other: str
) -> None:
    """Keyboards, boxes and spreadsheets write one name in several ways."""
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Zoë", "Zoe"), ("Tom", "Tim"), ("小明", "小朋"), ("Tom", None)]
)
def test_other_names_stay_different(one: str, other: str | None) -> None:
    """An accent may be the only difference between two people."""
    assert name_key(one) != name_key(other)


@given(st.text())
def test_key_is_its_own_key(name: str) -> None:
    """Both forms of a name have the same key."""
    key = name_key(name)
    assert name_key(key) == key
    for form in ("NFC", "NFD"):
        assert name_key(unicodedata.normalize(form, name)) == key


def test_only_blanks_around_an_id_make_no_difference() -> None:
    """Ids of other case are different people."""
    assert id_key(" 0042\u00a0") == id_key("0042") == "0042"
    assert id_key("A 17") != id_key("A17")
    assert id_key("a17") != id_key("A17")
    assert id_key(None) == ""


def test_name_is_asked_for_in_each_form_once() -> None:
    """Most names have only one."""
    assert spellings("Zoë") == ("Zoë", "Zoe\u0308")
    assert spellings("Zoe\u0308") == ("Zoë", "Zoe\u0308")
    assert spellings("小明") == ("小明",)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Tom", "Tom"),
        ("佚名", "Unnamed (7)"),
        (" 佚名 ", "Unnamed (7)"),
        ("", "Unnamed (7)"),
        (None, "Unnamed (7)"),
        ("佚名二", "佚名二"),
    ],
)
def test_label_of_a_person_has_a_name_or_an_id(name: str | None, label: str) -> None:
    """The box's word for no name is not one."""
    words = {"unnamed": "Unnamed ({identity_id})"}
    assert person_label(words, name, "7") == label


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("Anna", "Anna Schmidt"),
        ("schmidt  anna", "Anna Schmidt"),
        ("Zoe\u0308", "ZOË Li"),
        ("小明", "王小明"),
        ("明", "小明"),
    ],
)
def test_whole_words_or_any_chinese_text_are_part_of_a_name(
    part: str, name: str
) -> None:
    """Chinese has no blanks between words."""
    assert is_part_of_name(part, name)


@pytest.mark.parametrize(
    ("part", "name"),
    [("Ann", "Anna"), ("Anna Wu", "Anna Schmidt"), ("", "Anna"), ("Tom", None)],
)
def test_other_texts_are_no_part_of_a_name(part: str, name: str | None) -> None:
    """Neither is the beginning of a word."""
    assert not is_part_of_name(part, name)
