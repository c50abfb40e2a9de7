"""Tests of the drawn pictures."""

from io import BytesIO
import itertools

from PIL import Image, ImageChops, ImageStat
import pytest

from emulator import EmulatedBox, PersonType, PictureKind
from emulator.cast import cast_people
from emulator.pictures import Drawing, paint


def _open(drawing: Drawing) -> Image.Image:
    image = Image.open(BytesIO(paint(drawing).jpeg))
    image.load()
    assert image.format == "JPEG"
    return image


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (PictureKind.FACE, 2_000),
        (PictureKind.FACE, 20_000),
        (PictureKind.FACE, 40_000),
        (PictureKind.REFERENCE, 30_000),
        (PictureKind.SCENE, 10_000),
        (PictureKind.SCENE, 400_000),
        (PictureKind.SCENE, 600_000),
        (PictureKind.SCENE, 6_000_000),
    ],
)
def test_picture_has_about_the_target_size(kind: PictureKind, target: int) -> None:
    """The target may be from 2 kB to 6 MB."""
    drawing = Drawing(kind, "12345565", 1, target)
    _open(drawing)
    assert len(paint(drawing).jpeg) == pytest.approx(target, rel=0.2)


def test_every_subject_has_a_distinct_constant_look() -> None:
    """The same drawing always results in the same JPEG."""
    subjects = [person.identity_id for person in cast_people(1)] + [
        f"stranger/{number}" for number in range(8)
    ]
    faces = {
        subject: _open(Drawing(PictureKind.REFERENCE, subject, -1, 12_000)).resize(
            (64, 64)
        )
        for subject in subjects
    }
    for one, other in itertools.combinations(subjects, 2):
        difference = ImageStat.Stat(
            ImageChops.difference(faces[one], faces[other])
        ).mean
        assert max(difference) > 4, (one, other)
    again = Drawing(PictureKind.REFERENCE, subjects[0], -1, 12_000)
    first = paint(again).jpeg
    paint.cache_clear()
    assert paint(again).jpeg == first


def test_every_place_looks_different() -> None:
    """Each capture device has its own place."""
    scenes = [
        _open(Drawing(PictureKind.SCENE, "12345565", place, 12_000)).resize((64, 36))
        for place in range(6)
    ]
    for one, other in itertools.combinations(scenes, 2):
        assert max(ImageStat.Stat(ImageChops.difference(one, other)).mean) > 8


def test_cast_has_difficult_names_and_every_type() -> None:
    """Some names repeat, are missing or are very long."""
    people = EmulatedBox().people
    names = [person.name for person in people]
    assert len(people) >= 12
    assert {person.person_type for person in people} == set(PersonType) - {
        PersonType.STRANGER
    }
    assert len({person.identity_id for person in people}) == len(people)
    assert len(set(names)) < len(names)
    assert "佚名" in names
    assert max(map(len, names)) > 255
