"""Permission groups of both dialects (docs/protocol.md §5)."""

from dataclasses import replace

from .state import BoxState


def delete_permission(state: BoxState, group_id: str) -> None:
    """Delete a permission group; its people stay enrolled without it."""
    del state.permission_groups[group_id]
    state.permission_descriptions.pop(group_id, None)
    for index, person in enumerate(state.people):
        if group_id in person.permission_ids:
            remaining = tuple(one for one in person.permission_ids if one != group_id)
            state.people[index] = replace(person, permission_ids=remaining)
