"""Switches for the contradictions of the vendor's pages."""

from dataclasses import dataclass
from typing import Literal

type PictureText = Literal["plain", "data_uri", "empty", "absent"]
type Unit = Literal["seconds", "milliseconds", "either"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """Differences from the usual firmware (docs/protocol.md §1-§7)."""

    # Live messages of both dialects. `pictures=None`: plain in 1.x, data URI in 2.0.
    frames: Literal["text", "binary"] = "text"
    pictures: PictureText | None = None
    unrequested_pictures: Literal["absent", "empty"] = "absent"
    numbers_as_strings: bool = False
    person_type_missing: bool = False
    person_type_as_string: bool = False
    duplicates: int = 0
    pushes_unlisted: bool = False
    # A connection keeps its first configuration and ignores later frames.
    first_frame_only: bool = False
    # The `Connection` header of the handshake.
    handshake_connection: str = "upgrade"

    # Texts of both dialects, live and in answers: a field in GBK, by its key, a byte
    # order mark before JSON, and the base64 of pictures.
    gbk_field: str = ""
    byte_order_mark: bool = False
    base64: Literal["standard", "unpadded", "url_safe"] = "standard"

    # Event ids count from 1 after each start of the box.
    event_ids_restart: bool = False

    # Dialect 1.x.
    device_type_as_number: bool = False
    welcome_machine: bool = False
    live_event_id: bool = False
    # `video_id` and `event_id` in place of `device_id`.
    video_id_only: bool = False
    # Snapshot cameras and the box fill in the quality of faces.
    face_quality: bool = False
    history_id_differs: bool = False
    # The list of permission groups is cut off after so many.
    permissions_most: int | None = None
    # V2R6 and V5R3 ... V5R6 compare a picture for a capture device only.
    compares_for_devices_only: bool = False
    # V5R3 ... V5R5 have no page of the call that lists the ids of permission groups.
    permission_ids_missing: bool = False
    # V5R7 no longer lists type 3 for a person to enroll.
    enrolls_blacklist: bool = True
    only_device_ids: bool = False

    # The types of capture devices in the list. The table of 1.x has words, its examples
    # numbers, and another page has capitals.
    device_types: Literal["words", "numbers", "capitals"] = "words"

    # Reports on capture devices lack their ids (1.x: they have that of the group), or
    # have the list's name in the table of the 2.0 page.
    status_ids_missing: bool = False
    status_list_as_in_table: bool = False

    # Dialect 2.0.
    live_device_id_key: bool = False
    event_id_missing: bool = False
    reg_pic_key: bool = False
    media_device_key: bool = False
    errors_with_status_200: bool = False
    event_answer: Literal["bare", "event", "events"] = "bare"
    # The call for one record ignores the id and answers with the newest record.
    event_id_ignored: bool = False

    # A comparison requires a device or a permission group: no page says so.
    permission_required: bool = False

    # History. `history_bounds=None`: seconds in 1.x, either unit in 2.0, because its
    # page contradicts itself.
    history_milliseconds: bool = False
    # The history rounds scores to two digits; live scores are not rounded.
    history_scores_rounded: bool = False
    history_order: Literal["ascending", "descending"] = "descending"
    history_bounds: Unit | None = None
    history_total_missing: bool = False
    # The largest and smallest page, regardless of the requested size.
    history_page_most: int | None = None
    history_page_least: int | None = None
    # Pages start at multiples of the requested size, not of the actual size.
    history_skips_as_asked: bool = False

    # People and doors. `event_action=None`: only 1.x has the call that opens doors.
    skip_num_is_page: bool = False
    # The largest page of people, regardless of the requested size.
    people_page_most: int | None = None
    # The list of people has no total (2.0).
    people_total_missing: bool = False
    # 1.x updates put the picture in place of earlier faces: no page says so.
    update_replaces_face: bool = False
    # 1.x lists people without the ids of their faces, as in the example of the page.
    face_ids_missing: bool = False
    # The path of the 2.0 update, which the overview spells `updateidenity`.
    update_misspelled: bool = False
    # No call checks the quality of a picture (1.x before V5R3).
    quality_call_missing: bool = False
    # The page of the 2.0 search by picture has milliseconds, its example seconds.
    search_bounds: Unit = "either"
    search_end_in_seconds: bool = False
    event_action: bool | None = None
    # The page does not say whose address and control port a door's call names.
    action_ip: Literal["device", "relay", "either"] = "either"

    # SE3. Objects in form data are JSON or the text of a Python object.
    se3_form_values: Literal["json", "python"] = "json"
    se3_form_urlencoded: bool = False
    # `ep_id`, which ends in the address, in place of `device_ip`.
    se3_endpoint_only: bool = False
    # The URLs are one text with commas.
    se3_urls_as_text: bool = False
    se3_need_reg_pic_missing: bool = False

    # The box itself. V2R6 and V5R5 … V5R7 publish the long form of the memory, V5R5
    # without the usage of all of it.
    memory_info: Literal["long", "unscaled", "short"] = "short"
    # The example of the 1.x page, which contradicts its table.
    hardware_version: bool = False
    # Mode 2 of V2R6 and V5R6: Docker runs the applications.
    docker_mode: bool = False
    system_data_as_list: bool = False
    serial_call_missing: bool = False
    clock_call_missing: bool = False
    # The calls that set the clock, and those that tell what sets it.
    time_calls_missing: bool = False
    # They answer with success and change nothing.
    ignores_time_settings: bool = False
    serial_missing: bool = False
    mac_missing: bool = False
    system_port_closed: bool = False
    # What the web port serves: the page for the user, or also the REST calls, as some
    # 1.x firmware of 2022.
    web_port: Literal["page", "rest"] = "page"
    rest_port_closed: bool = False
    # Only V5R7 has the 1.x call for configuration items, and only V2R6 and V5R3 … V5R7
    # the one for the threshold.
    config_call_missing: bool = False
    # Only V2R2 has a page of the 1.x call that reads where the history is uploaded to.
    # The list there may be one text with commas.
    upload_url_call_missing: bool = False
    upload_urls_as_text: bool = False
    # No call changes configuration items, or it reports a change that it does not make.
    settings_call_missing: bool = False
    ignores_settings: bool = False
    threshold_call_missing: bool = False
