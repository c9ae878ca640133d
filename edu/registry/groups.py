"""What people call the groups that figures are broken down by."""

from collections.abc import Callable

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.web.labels import label
from edu.web.language import language
from models.people import LearnerRole, Sex
from models.places import LanguageOfInstruction, Region

REGION, SEX, LANGUAGE, LOCALITY, ROLE = "region", "sex", "language", "locality", "role"
# A sample may bring groupings of its own, which keep their own names.
GROUPING_NAMES: dict[str, LazyString] = {
    REGION: _l("region"),
    SEX: _l("sex"),
    LANGUAGE: _l("language of instruction"),
    LOCALITY: _l("locality"),
}


def group_names(session: Session, grouping: str | None) -> Callable[[str], str]:
    """What to call a group of `grouping`; a group nobody named keeps its code."""
    names: dict[str, str] = {}
    if grouping == REGION:
        regions = session.scalars(select(Region))
        names = {region.code: region.name(language()) for region in regions}
    elif grouping == LANGUAGE:
        tongues = session.scalars(select(LanguageOfInstruction))
        names = {tongue.code: tongue.name(language()) for tongue in tongues}
    elif grouping == SEX:
        names = {sex.value: label(sex) for sex in Sex}
    elif grouping == LOCALITY:
        names = {"urban": gettext("urban"), "rural": gettext("rural")}
    elif grouping == ROLE:
        names = {role.value: label(role) for role in LearnerRole}
    return lambda code: names.get(code, code)
