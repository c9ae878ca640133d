"""What is remarkable about an item, a form or a run, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

REMARKS: dict[str, LazyString] = {
    "constant_item": _l("everybody answered alike: it tells nobody apart"),
    "constant_total": _l("everybody has the same score: reliability cannot be told"),
    "dif_large": _l("functions very differently for people of equal ability"),
    "dif_moderate": _l("functions somewhat differently for people of equal ability"),
    "drifting": _l("has become easier or harder since the scale was made: not used for the link"),
    "empty_category": _l("nobody chose one of its categories"),
    "item_never_presented": _l("nobody was given it"),
    "misfit": _l("does not follow the model: check its wording and its key"),
    "negative_discrimination": _l("runs against the other items: check how it is coded"),
    "never_answered": _l("nobody answered it"),
    "not_calibrated": _l("has no place on the scale"),
    "often_omitted": _l("often left out: check its wording and place"),
    "several_forms": _l(
        "people were given different items: their shares of points do not compare; place them on"
        " the scale instead"
    ),
    "steep_item": _l("separates people at one point only"),
    "too_few_clusters": _l("fewer than 5 schools: no figures are shown"),
    "too_few_complete": _l("fewer than 30 people answered every item: reliability cannot be told"),
    "too_few_items": _l("fewer than two items were answered: reliability cannot be told"),
    "too_few_persons": _l("fewer than 30 people: no figures are shown"),
    "weak_discrimination": _l("tells people apart only weakly"),
}
FLAGS: dict[str, LazyString] = {
    "floor": _l("Many people have no point, too hard: forms %(forms)s (up to %(share)s%%)."),
    "ceiling": _l("Many people have every point, too easy: forms %(forms)s (up to %(share)s%%)."),
    "speeded": _l("People did not reach the end in time: forms %(forms)s (up to %(share)s%%)."),
    "few_links": _l("Too few items in common with other forms to be compared well: %(forms)s."),
}
# Fewer persons than expected by chance alone would do: a share above this is remarked upon.
MANY_UNEXPECTED = 0.10


def remark(code: str) -> LazyString | str:
    """A warning in words."""
    return REMARKS.get(code, code)


def flags(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """One sentence for all forms with the same flag."""
    sentences = []
    for code, template in FLAGS.items():
        mine = [one for one in found if one["code"] == code]
        if mine:
            forms = ", ".join(sorted((str(one["form"]) for one in mine), key=int))
            share = max(float(one["value"] or 0) for one in mine)
            sentences.append(str(template) % {"forms": forms, "share": f"{100 * share:.0f}"})
    return sentences


def link(kept: Mapping[str, object], published: bool) -> str:
    """How the run came onto its scale, in a sentence."""
    anchors, dropped = list_of(kept["anchors"]), list_of(kept["dropped"])
    if kept["reference"] is None and not published:
        return str(gettext("Nothing was published on the scale before: this run would define it."))
    if kept["reference"] is None:
        return str(gettext("This run defines the scale: later ones are linked to it."))
    text = gettext(
        "Linked to run %(run)s by %(number)s common items. Every comparison with it carries a link "
        "error of %(error)s points.",
        run=kept["reference"],
        number=len(anchors),
        error=f"{float(str(kept['error'])):.1f}",
    )
    if dropped:
        text += " " + gettext(
            "Left out because they have changed: %(items)s.", items=", ".join(dropped)
        )
    return str(text)


def list_of(value: object) -> list[str]:
    """Names kept as JSON."""
    return [str(name) for name in value] if isinstance(value, list) else []
