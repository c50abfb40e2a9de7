"""Chains of numbers find what a dict of lists finds."""

from collections import defaultdict

from hypothesis import given, strategies as st

from custom_components.se_aibox.aibox.chains import Chains

_MOST = 5
_EXTREMES = (-(2**63), 2**63 - 1)

_keys = st.integers(0, 3) | st.sampled_from(_EXTREMES)


@given(steps=st.lists(st.tuples(_keys, st.booleans())))
def test_they_are_a_dict_of_lists(steps: list[tuple[int, bool]]) -> None:
    """Of the newest numbers, whatever their keys, and whether or not some are taken back at once."""
    ours = Chains(_MOST)
    theirs: defaultdict[int, list[int]] = defaultdict(list)
    keys: list[int] = []
    for key, is_taken_back in steps:
        number = len(keys)
        ours.add(key, number)
        if is_taken_back:
            ours.remove_newest(key, number)
        else:
            keys.append(key)
            theirs[key].append(number)
        # The place of what was taken back is not that of the oldest any more.
        oldest = max(number + 1 - _MOST, 0)
        for each in (*range(4), *_EXTREMES):
            found = [one for one in ours.find(each, oldest) if keys[one] == each]
            assert found == [one for one in reversed(theirs[each]) if one >= oldest]


def test_a_key_without_numbers_has_none() -> None:
    """Nor has any key before the first number."""
    assert list(Chains(_MOST).find(1, 0)) == []
