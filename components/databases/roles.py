"""What PostgreSQL sets for each role, which AWS has no call for: SQL that the migration job runs first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass


def _check_name(what: str, name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name):
        raise ValueError(f"{what} must be 1 to 63 of a-z 0-9 _, a letter first, got {name!r}")


@dataclass(frozen=True, kw_only=True)
class RoleDefaults:
    """How long a role waits and works; 0 is without end.

    logs_text: whether the audit log may hold the text of its statements. Only for a role whose statements are
    reviewed code: what others send may have data of customers in it.
    """

    role: str
    lock_timeout_ms: int
    statement_timeout_ms: int
    logs_text: bool = False

    def __post_init__(self) -> None:
        _check_name("role", self.role)


ROLES = (
    RoleDefaults(role="service", lock_timeout_ms=5_000, statement_timeout_ms=30_000),
    # A migration that waits for a lock makes everyone behind it wait: it gives up soon and is tried again.
    RoleDefaults(role="migration", lock_timeout_ms=3_000, statement_timeout_ms=3_600_000, logs_text=True),
    RoleDefaults(role="reporting", lock_timeout_ms=1_000, statement_timeout_ms=300_000),
    RoleDefaults(role="engineer", lock_timeout_ms=1_000, statement_timeout_ms=60_000),
)


def role_defaults_sql(database: str, roles: tuple[RoleDefaults, ...] = ROLES) -> str:
    """SQL that makes the login roles, lets IAM log them in, and sets their timeouts and what pgaudit says of them.

    To be run by the master user before the first table is made, and again whenever it changes; it changes nothing
    that is so already. RDS offers no parameter for pgaudit.log_statement, so it is set for the database here:
    until this has run, the audit log holds the text of statements. AWS documents settings of pgaudit by ALTER ROLE
    and ALTER DATABASE for pgaudit.log (RDS user guide, "Excluding users or databases from audit logging").
    """
    _check_name("database", database)
    return "\n".join(
        (
            "CREATE EXTENSION IF NOT EXISTS pgaudit;",
            _create("rds_pgaudit", "NOLOGIN"),
            f'ALTER DATABASE "{database}" SET pgaudit.log_statement = off;',
            *(line for role in roles for line in _role(role)),
            "",
        )
    )


def _role(defaults: RoleDefaults) -> Iterator[str]:
    yield _create(defaults.role, "LOGIN")
    yield f'GRANT rds_iam TO "{defaults.role}";'
    settings = {
        "lock_timeout": f"'{defaults.lock_timeout_ms}ms'",
        "statement_timeout": f"'{defaults.statement_timeout_ms}ms'",
        "pgaudit.log_statement": "on" if defaults.logs_text else "off",
    }
    for setting, value in settings.items():
        yield f'ALTER ROLE "{defaults.role}" SET {setting} = {value};'


def _create(role: str, login: str) -> str:
    missing = f"NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}')"
    return f'DO $$ BEGIN IF {missing} THEN CREATE ROLE "{role}" {login}; END IF; END $$;'
