"""What makes a box mute: settings with which it does less than its users expect."""

from collections.abc import Callable, Collection, Mapping

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..aibox.models import CaptureDevice, CaptureDeviceType
from ..aibox.operation import ApplyMode, BoxUsage, Operation, covers_the_day
from ..text import async_words_cached, clock_text, in_both, listed, shortened
from .data import BoxData
from .issues import BoxIssues, Fault, Symptom, async_measure_by
from .polls import BoxPoll

# A disk may be mounted a moment later. Settings are not wrong for a moment.
_MEASURED_TWICE = frozenset({Fault.PICTURES_NOT_STORED})
# A message must not be endless.
_MOST = 10
_USAGES = {BoxUsage.QUALITY: "used_for_quality", BoxUsage.FEATURES: "used_for_features"}

type _Symptoms = dict[Fault, Symptom | None]


@callback
def async_check_operation(
    hass: HomeAssistant,
    entry: ConfigEntry,
    poll: BoxPoll[Operation],
    issues: BoxIssues,
    data: Callable[[], BoxData],
) -> None:
    """Raise and clear issues by how a box is set to work."""

    @callback
    def _measure(operation: Operation) -> None:
        words, language = async_words_cached(hass), hass.config.language
        symptoms = (
            _symptoms(operation)
            | _armed_symptom(operation, words, language)
            | _attributes_symptom(operation, data().selected.values(), words)
        )
        for fault, symptom in symptoms.items():
            if symptom is None or fault in _MEASURED_TWICE:
                issues.async_measure(fault, symptom)
            else:
                issues.async_raise(fault, symptom)

    async_measure_by(entry, poll, _measure)


def _symptoms(operation: Operation) -> _Symptoms:
    """Return the symptom of each known value, None for a good one."""
    symptoms: _Symptoms = {}
    if (mode := operation.apply_mode) is not None:
        fault = Fault.ONLY_CAPTURES
        symptoms[fault] = Symptom(fault) if mode is ApplyMode.CAPTURE else None
    if (usage := operation.usage) is not None:
        key = _USAGES.get(usage)
        symptoms[Fault.OTHER_USAGE] = Symptom(key) if key else None
    return symptoms | _storage_symptom(operation)


def _storage_symptom(operation: Operation) -> _Symptoms:
    fault = Fault.PICTURES_NOT_STORED
    # Without its disk, a box may still write to the folder where it would be.
    if operation.stores_pictures:
        return {fault: None}
    if operation.external_disk_mounted is False:
        return {fault: Symptom("disk_not_mounted")}
    if operation.stores_pictures is False:
        return {fault: Symptom(fault)}
    return {}


def _armed_symptom(
    operation: Operation, words: Mapping[str, str], language: str
) -> _Symptoms:
    """Return whether armed times leave a part of the day out.

    Not whether now is such a time: an issue that comes every evening helps nobody.
    """
    times = operation.armed_times
    # A box that only captures never recognizes anyone.
    if times is None or operation.apply_mode is ApplyMode.CAPTURE:
        return {}
    fault = Fault.ARMED_PART_OF_DAY
    if covers_the_day(times):
        return {fault: None}
    shown = [
        f"{clock_text(armed.start, language)}–{clock_text(armed.end, language)}"
        for armed in times
    ]
    return {fault: Symptom(fault, in_both(times=listed(words, shown)))}


def _attributes_symptom(
    operation: Operation,
    selected: Collection[CaptureDevice],
    words: Mapping[str, str],
) -> _Symptoms:
    """Return whether cameras are set to attributes that the box does not detect.

    Nothing in Home Assistant asks for attributes, so other boxes without them are well.
    """
    if (detects := operation.detects_attributes) is None:
        return {}
    fault = Fault.ATTRIBUTES_OFF
    asking = [
        shortened(device.name or device.capture_device_id)
        for device in selected
        # The box uses that setting for video streams only.
        if device.wants_attributes and device.device_type is not CaptureDeviceType.PHOTO
    ]
    if detects or not asking:
        return {fault: None}
    return {fault: Symptom(fault, in_both(devices=listed(words, asking[:_MOST])))}
