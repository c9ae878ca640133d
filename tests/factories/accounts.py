from collections.abc import Sequence
from itertools import count
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Assignment, Role, RoleName, User
from models.places import Region, School

numbers = count(1)


def make_user(
    session: Session,
    *,
    role: RoleName,
    schools: Sequence[School] = (),
    regions: Sequence[Region] = (),
) -> User:
    number = next(numbers)
    user = User(
        email=f"user{number}@example.kz",
        name=f"User {number}",
        password=None,
        active=True,
        fs_uniquifier=uuid4().hex,
        roles=[session.scalars(select(Role).where(Role.name == role.value)).one()],
        assignments=[Assignment(school_id=school.id) for school in schools]
        + [Assignment(region_id=region.id) for region in regions],
    )
    session.add(user)
    session.flush()
    return user
