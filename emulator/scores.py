"""Scores of comparisons, on either side of the threshold."""

from random import Random

from .state import BoxState

# So many of ten comparisons end right beside the threshold.
_CLOSE_IN_TEN = 2
_CLOSE = 0.005


def score_of_match(state: BoxState, random: Random) -> float:
    """Return a score that reaches the threshold."""
    scale, threshold = state.score_scale, state.settings.threshold
    highest = max(threshold, 0.99 * scale)
    if random.randrange(10) < _CLOSE_IN_TEN:
        highest = min(highest, threshold + _CLOSE * scale)
    return max(threshold, _rounded(state, random.uniform(threshold, highest)))


def score_of_nobody(state: BoxState, random: Random) -> float:
    """Return a score below the threshold."""
    scale, threshold = state.score_scale, state.settings.threshold
    lowest = 0.001 * scale
    if random.randrange(10) < _CLOSE_IN_TEN:
        lowest = max(lowest, threshold - _CLOSE * scale)
    score = _rounded(state, random.uniform(lowest, threshold))
    return score if score < threshold else threshold - 0.01 * _CLOSE * scale


def _rounded(state: BoxState, score: float) -> float:
    # A box whose history rounds scores does not round the live ones.
    if state.variant.history_scores_rounded:
        return score
    return round(score, 2 if state.score_scale > 1 else 6)
