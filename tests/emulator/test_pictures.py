"""Tests of the drawn pictures."""

import base64
from io import BytesIO
import itertools
import threading
from unittest.mock import patch

from PIL import Image, ImageChops, ImageStat
import pytest

from emulator import EmulatedBox, PersonType, PictureKind
from emulator.cast import cast_people
from emulator.pictures import (
    STRANGER_COUNT,
    Drawing,
    Studio,
    forget_canvases,
    mark_of,
    paint,
    stranger_subject,
    subject_of,
)
from emulator.pictures.gallery import Canvas, Gallery
from emulator.pictures.paint import paint_canvas


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
    """No two are alike at 40 pixels; the same drawing is always the same JPEG."""
    subjects = [person.identity_id for person in cast_people(1)] + [
        stranger_subject(number) for number in range(STRANGER_COUNT)
    ]
    assert len(subjects) >= 24
    for kind in (PictureKind.FACE, PictureKind.REFERENCE):
        faces = {
            subject: _open(Drawing(kind, subject, 1, 12_000)).resize((40, 40))
            for subject in subjects
        }
        for one, other in itertools.combinations(subjects, 2):
            difference = ImageChops.difference(faces[one], faces[other])
            assert max(ImageStat.Stat(difference).mean) > 25, (one, other)
    again = Drawing(PictureKind.REFERENCE, subjects[0], -1, 12_000)
    first = paint(again).jpeg
    forget_canvases()
    assert paint(again).jpeg == first


def test_every_pose_looks_different() -> None:
    """A picture of another recognition can be seen, not only measured."""
    for kind in (PictureKind.FACE, PictureKind.SCENE):
        pictures = [
            _open(Drawing(kind, "12345565", 1, 12_000, pose=pose)).resize((64, 36))
            for pose in range(4)
        ]
        for one, other in itertools.combinations(pictures, 2):
            assert max(ImageStat.Stat(ImageChops.difference(one, other)).mean) > 1


@pytest.mark.parametrize("mark", ["", "1.0001", "1.00012", "1.000123"])
@pytest.mark.parametrize("subject", ["1", "王芳", "crowd/1#20000001"])
def test_picture_contains_its_subject_and_mark(subject: str, mark: str) -> None:
    """Both are read from the JPEG; the base64 text agrees with it."""
    painted = paint(Drawing(PictureKind.FACE, subject, 1, 4_000, mark=mark))
    assert (subject_of(painted.jpeg), mark_of(painted.jpeg)) == (subject, mark)
    assert base64.b64decode(painted.base64) == painted.jpeg
    assert mark_of(b"GIF") == ""


def test_gallery_keeps_what_was_used_last() -> None:
    """It never exceeds its size, except for one large canvas."""
    gallery = Gallery(1_000)
    small, large = Canvas(b"", bytes(200), "a" * 200), Canvas(b"", bytes(5_000), "")
    gallery.keep("one", small)
    gallery.keep("two", small)
    assert gallery.find("one") is small
    gallery.keep("three", small)
    assert gallery.find("two") is None
    gallery.keep("three", small)
    assert gallery.find("one") is small
    gallery.keep("four", large)
    assert [gallery.find(name) for name in ("one", "three", "four")] == [
        None,
        None,
        large,
    ]


async def test_forgotten_picture_is_painted_in_the_thread() -> None:
    """The event loop never paints."""
    studio = Studio()
    drawing = Drawing(PictureKind.FACE, "12345565", 1, 4_000)
    first = await studio.paint(drawing)
    forget_canvases()
    names: list[str] = []

    def _watched(drawing: Drawing) -> Canvas:
        names.append(threading.current_thread().name)
        return paint_canvas(drawing)

    with patch("emulator.pictures.studio.paint_canvas", _watched):
        assert await studio.paint(drawing) == first
        assert await studio.paint(drawing) == first
    studio.close()
    assert len(names) == 1
    assert names[0].startswith("emulator-painter")


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
