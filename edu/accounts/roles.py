"""What each role may do. The truth that routes and tests are held against."""

from edu.web.permission import Permission
from models.accounts import RoleName

__all__ = ["MAY", "Permission", "may"]

P = Permission
R = RoleName

EVERYBODY = frozenset({P.PUBLIC, P.SIGNED_IN})

MAY: dict[R, frozenset[P]] = {
    R.SCHOOL_ADMINISTRATOR: EVERYBODY
    | {
        P.READ_RECORDS,
        P.WRITE_RECORDS,
        P.DECIDE_ENROLLMENTS,
        P.UNMASK_IIN,
        P.READ_FIGURES,
    },
    R.REGIONAL_COORDINATOR: EVERYBODY
    | {
        P.READ_RECORDS,
        P.DECIDE_ENROLLMENTS,
        P.READ_FIGURES,
        P.WRITE_SCHOOLS,
        P.WRITE_OFFERINGS,
    },
    R.PROGRAM_MANAGER: EVERYBODY
    | {
        P.READ_FIGURES,
        P.WRITE_PROGRAMS,
        P.WRITE_OFFERINGS,
        P.DECIDE_FINDINGS,
        P.READ_EXPORTS,
        P.APPROVE_EXPORT,
    },
    R.HEADQUARTERS_VIEWER: EVERYBODY | {P.READ_FIGURES},
    R.RESEARCHER: EVERYBODY | {P.READ_FIGURES, P.READ_EXPORTS, P.REQUEST_EXPORT},
    R.SYSTEM_ADMINISTRATOR: EVERYBODY | {P.ADMINISTER},
    R.SYSTEM: frozenset(P),
}


def may(role: R, permission: P) -> bool:
    """Whether the role has the permission."""
    return permission in MAY[role]
