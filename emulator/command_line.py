"""The command line of `python -m emulator`."""

import argparse

from .base import AnyBox
from .box import EmulatedBox
from .model import PictureSize, Ports
from .se3 import EmulatedSe3
from .state import BoxOptions
from .variant import Variant

_PORTS = {"rest": 5555, "events": 5679, "system": 8888, "broadcast": 54547}


def read_arguments() -> argparse.Namespace:
    """Return the parsed command line."""
    parser = argparse.ArgumentParser(
        prog="python -m emulator", description="An emulated SE AI box."
    )
    add = parser.add_argument
    add("--dialect", choices=("nested", "flat", "se3"), default="nested")
    add("--host", default="127.0.0.1")
    for name, number in _PORTS.items():
        add(f"--{name}-port", type=int, default=number, help="0 means any free port")
    add("--devices", type=int, default=4, help="capture devices on the box")
    add(
        "--offline",
        type=int,
        action="append",
        default=[],
        metavar="NUMBER",
        help="a capture device that the box does not reach, from 0; repeat for several",
    )
    add("--rate", type=float, default=0.3, help="recognitions per second; 0 for none")
    add("--face-size", type=int, default=30_000, help="bytes of a face picture")
    add("--scene-size", type=int, default=500_000, help="bytes of a scene picture")
    add("--score-scale", type=int, choices=(1, 100), default=100)
    add("--seed", type=int, default=1)
    add("--history-days", type=int, default=1, help="days of history at the start")
    add("--people", type=int, help="number of enrolled people")
    add("--pass-mode", choices=("normal", "allpass", "allforbidden"), default="normal")
    add(
        "--door-call",
        action=argparse.BooleanOptionalAction,
        help="whether clients can open doors; the default depends on the dialect",
    )
    add("--door-address", choices=("device", "relay", "either"), default="either")
    _add_se3(parser)
    arguments = parser.parse_args()
    if arguments.push_to and arguments.dialect != "se3":
        parser.error("only --dialect se3 pushes to a URL")
    if not all(0 <= number < arguments.devices for number in arguments.offline):
        parser.error("--offline is the number of a capture device")
    return arguments


def make_box(arguments: argparse.Namespace) -> AnyBox:
    """Return the lively box that the arguments describe."""
    box = _make_box(arguments)
    box.state.poses = 4
    box.state.health.drift = 0.04
    return box


def _make_box(arguments: argparse.Namespace) -> AnyBox:
    options = BoxOptions(
        host=arguments.host,
        ports=Ports(**{name: getattr(arguments, f"{name}_port") for name in _PORTS}),
        seed=arguments.seed,
        device_count=arguments.devices,
        score_scale=arguments.score_scale,
        picture_size=PictureSize(face=arguments.face_size, scene=arguments.scene_size),
        people_count=arguments.people,
    )
    if arguments.dialect == "se3":
        return _make_se3(arguments, options)
    options["variant"] = Variant(
        event_action=arguments.door_call, action_ip=arguments.door_address
    )
    box = EmulatedBox(arguments.dialect, **options)
    box.settings.pass_mode = arguments.pass_mode
    for number in arguments.offline:
        box.set_online(box.devices[number].device_id, online=False)
    return box


def _add_se3(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("with --dialect se3")
    group.add_argument(
        "--push-to", action="append", metavar="URL", help="repeat for several URLs"
    )
    group.add_argument("--content-type", choices=("json", "form-data"), default="json")
    group.add_argument(
        "--event-server-call",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="whether clients can set the URLs",
    )


def _make_se3(arguments: argparse.Namespace, options: BoxOptions) -> EmulatedSe3:
    se3 = EmulatedSe3(has_event_server_call=arguments.event_server_call, **options)
    se3.event_server_urls = arguments.push_to or []
    se3.content_type = arguments.content_type
    return se3
