"""A selector for several labeled choices."""

from collections.abc import Mapping

from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)


def choice_selector(
    labels: Mapping[str, str], mode: SelectSelectorMode = SelectSelectorMode.LIST
) -> SelectSelector:
    """Return a selector for any number of labeled values."""
    return SelectSelector(
        SelectSelectorConfig(
            options=[
                SelectOptionDict(value=value, label=label)
                for value, label in labels.items()
            ],
            multiple=True,
            mode=mode,
        )
    )
