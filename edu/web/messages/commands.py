"""Codes of the installation: settings, keys, the database, and what `edu run` starts."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "child_stopped": _l(
        "The process “%(name)s” stopped (status %(status)s): %(reason)s. Its log lies in %(log)s."
    ),
    "database_newer": _l(
        "The database was written by a newer edition (revision %(found)s). Install that edition."
    ),
    "database_not_started": _l("PostgreSQL did not start: %(reason)s. Its log lies in %(log)s."),
    "database_owner_too_weak": _l(
        "The role of EDU_DATABASE_OWNER_URL may not change the database: %(reason)s. "
        "Make it the owner of the database."
    ),
    "database_owner_url_missing": _l(
        "%(found)s is set but EDU_DATABASE_OWNER_URL is not. Set both, or neither for the "
        "embedded database."
    ),
    "database_role_too_strong": _l(
        "The role %(role)s of EDU_DATABASE_URL could pass by the row policies. Use a role without "
        "SUPERUSER and BYPASSRLS that is not a member of %(owner)s."
    ),
    "database_too_old": _l(
        "The database is PostgreSQL %(found)s. Use version %(oldest)s or newer."
    ),
    "database_unreachable": _l(
        "The database does not let %(role)s in: %(reason)s. Check the address and whether the "
        "server runs."
    ),
    "database_url_malformed": _l(
        "A database address cannot be read. Write it as postgresql://role:password@host/database."
    ),
    "database_url_missing": _l(
        "%(found)s is set but EDU_DATABASE_URL is not. Set both, or neither for the embedded "
        "database."
    ),
    "database_url_without_role": _l("A database address names no role. Write it before the host."),
    "database_urls_differ": _l(
        "EDU_DATABASE_URL and EDU_DATABASE_OWNER_URL lead to different databases. "
        "Point both at one."
    ),
    "disk_full": _l(
        "The disk of %(path)s is full: %(free)s MB are free, %(needed)s MB are needed. "
        "Free some space and try again."
    ),
    "disk_full_while_writing": _l(
        "The disk is full: %(path)s could not be written. Free some space and try again."
    ),
    "folder_not_ours": _l("%(path)s belongs to somebody else. Remove it or set another EDU_HOME."),
    "home_not_writable": _l(
        "%(path)s cannot be written: %(reason)s. Set EDU_HOME to a folder of your own."
    ),
    "key_file_malformed": _l(
        "The key file %(path)s is not one of ours or is damaged. Restore it from the backup."
    ),
    "key_file_open_to_others": _l(
        "Others may read the key file %(path)s (mode %(found)s). Run chmod 600 on it."
    ),
    "key_file_unreadable": _l("The key file %(path)s cannot be read: %(reason)s."),
    "not_serving": _l("The service did not answer within %(seconds)s seconds."),
    "place_file_malformed": _l(
        "%(path)s, which names the place of the database, is damaged. Restore it from the backup."
    ),
    "port_forbidden": _l("Port %(port)s is not ours to use: %(reason)s. Try make run PORT=8123."),
    "port_taken": _l(
        "Port %(port)s is taken by another program. Choose another one: make run PORT=%(free)s."
    ),
    "postgresql_missing": _l(
        "No PostgreSQL is at hand. Run make setup, install version %(oldest)s or newer, or set "
        "EDU_DATABASE_URL."
    ),
    "postgresql_other_version": _l(
        "The data were written by PostgreSQL %(expected)s but version %(found)s is at hand. "
        "Install version %(expected)s."
    ),
    "unprivileged_user_missing": _l(
        "PostgreSQL does not run as root and there is no user %(user)s. Create one."
    ),
}
