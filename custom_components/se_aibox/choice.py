"""A selector for labeled choices."""

from collections.abc import Mapping

from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)


def choice_selector(
    labels: Mapping[str, str],
    mode: SelectSelectorMode = SelectSelectorMode.LIST,
    *,
    multiple: bool = True,
) -> SelectSelector:
    """Return a selector for labeled values."""
    return SelectSelector(
        SelectSelectorConfig(
            options=[
                SelectOptionDict(value=value, label=label)
                for value, label in labels.items()
            ],
            multiple=multiple,
            mode=mode,
        )
    )
