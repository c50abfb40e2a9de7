"""A multimap in arrays does what a dict of lists does."""

from collections import defaultdict

from hypothesis import given, strategies as st

from custom_components.se_aibox.aibox.multimap import Multimap

_EXTREMES = (-(2**63), 2**63 - 1)

_keys = st.integers(0, 3) | st.sampled_from(_EXTREMES)


@given(steps=st.lists(st.tuples(_keys, st.booleans())))
def test_it_is_a_dict_of_lists(steps: list[tuple[int, bool]]) -> None:
    """Whatever is added and removed."""
    ours = Multimap()
    theirs: defaultdict[int, list[int]] = defaultdict(list)
    for value, (key, adds) in enumerate(steps):
        if adds or not theirs[key]:
            ours.add(key, value)
            theirs[key].append(value)
        else:
            # Any of them, not only the first or the last.
            gone = theirs[key].pop(value % len(theirs[key]))
            ours.remove(key, gone)
        for each in (*range(4), *_EXTREMES):
            assert list(ours.find(each)) == theirs[each]
