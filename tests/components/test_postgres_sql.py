"""A real PostgreSQL: the parameters are taken, roles get their defaults, and no value of a statement is logged."""

import subprocess
from collections.abc import Iterator

import pytest

from components.databases.parameters import parameters
from components.databases.roles import ROLES, RoleDefaults, role_defaults_sql
from tests.components.postgres_server import DATABASE, Server, running

PARAMETERS = parameters("financial", 50)
QUICK = RoleDefaults(role="quick", lock_timeout_ms=50, statement_timeout_ms=200)
CARD, EMAIL, NUMBER, TYPO = "4111111111111111", "erika@example.org", "371449635", "4000-0566-5566-5556"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running(PARAMETERS) as made:
        made.sql(role_defaults_sql(DATABASE, (*ROLES, QUICK)))
        made.sql("GRANT CREATE ON SCHEMA public TO migration")
        made.sql("CREATE TABLE payment (card text PRIMARY KEY, email text NOT NULL)", role="migration")
        made.sql("GRANT SELECT, INSERT ON payment TO service, quick", role="migration")
        yield made


def _insert_bound(server: Server, role: str, value: str) -> None:
    """Inserts a row by the extended protocol, as drivers do: the value is sent apart from the text."""
    script = server.home / "bound.sql"
    script.write_text(f"\\set card {value}\nINSERT INTO payment VALUES (:card, 'x');\n")
    command = [*server.command(role, "pgbench"), "-n", "-t", "1", "-M", "extended", "-f", str(script), DATABASE]
    subprocess.run(command, capture_output=True, check=True)


def test_every_parameter_is_known_and_the_static_ones_are_those_that_need_a_restart(server: Server) -> None:
    rows = server.sql("SELECT name, context, setting FROM pg_settings").splitlines()
    known = {name: (context, setting) for name, context, setting in (row.split("|", 2) for row in rows)}
    ours = {one.name.lower(): one for one in PARAMETERS if not one.name.startswith("rds.")}
    settings = {name.lower(): facts for name, facts in known.items()}
    assert {*ours} <= {*settings}
    for name, one in ours.items():
        context, setting = settings[name]
        assert one.static == (context == "postmaster"), name
        assert setting == {"1": "on", "0": "off"}.get(one.value, one.value) or setting == one.value, name


def test_roles_get_their_timeouts_again_and_again(server: Server) -> None:
    server.sql(role_defaults_sql(DATABASE, (*ROLES, QUICK)))
    asked = "SHOW lock_timeout; SHOW statement_timeout; SHOW pgaudit.log_statement"
    assert server.sql(asked, role="service").split() == ["5s", "30s", "off"]
    assert server.sql(asked, role="migration").split() == ["3s", "1h", "on"]
    assert server.sql(asked, role="postgres").split() == ["0", "0", "off"]
    in_group = "SELECT count(*) FROM pg_auth_members WHERE roleid = 'rds_iam'::regrole"
    assert server.sql(in_group) == str(len(ROLES) + 1)


def test_who_waits_for_a_lock_gives_up_and_so_does_a_long_statement(server: Server) -> None:
    holder = subprocess.Popen(
        [*server.command(), "-d", DATABASE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdin
    assert holder.stdout
    with holder:
        holder.stdin.write("BEGIN; LOCK TABLE payment; SELECT 'held';\n")
        holder.stdin.flush()
        assert holder.stdout.readline() == "held\n"
        assert "due to lock timeout" in server.attempt("SELECT * FROM payment", role="quick").stderr
        holder.stdin.close()
    assert "due to statement timeout" in server.attempt("SELECT pg_sleep(5)", role="quick").stderr


def test_the_audit_log_says_who_did_what_to_which_table_without_the_data(server: Server) -> None:
    server.sql(f"INSERT INTO payment VALUES ('{CARD}', '{EMAIL}')", role="service")
    _insert_bound(server, "service", NUMBER)
    entries = [line for line in server.log.splitlines() if "AUDIT: " in line and ":service@ledger:" in line]
    assert len(entries) == 2
    assert all("WRITE,INSERT,TABLE,public.payment,<not logged>,<not logged>" in entry for entry in entries)
    assert not any(value in server.log for value in (CARD, EMAIL, NUMBER))


def test_reviewed_statements_of_migrations_are_kept_as_evidence_but_not_what_is_bound_to_them(server: Server) -> None:
    _insert_bound(server, "migration", "378282246")
    assert "INSERT INTO payment VALUES ($1, 'x');,<not logged>" in server.log.replace('"', "")
    assert "378282246" not in server.log
    assert 'ROLE,GRANT,TABLE,,"GRANT SELECT, INSERT ON payment TO service, quick"' in server.log
    assert "DDL,CREATE TABLE,TABLE,public.payment," in server.log


def test_failed_slow_and_talkative_statements_leave_no_values_either(server: Server) -> None:
    server.sql(f"INSERT INTO payment VALUES ('5500000000000004', '{EMAIL}')", role="service")
    failing = (
        f"INSERT INTO payment VALUES ('5500000000000004', '{EMAIL}')",  # DETAIL: Key (card)=(...) already exists
        "INSERT INTO payment VALUES ('5500000000000004', NULL)",  # DETAIL: Failing row contains (...)
        f"SELECT '{CARD}', pg_sleep(1.1), 1 / 0",
        f"SELECT * FROM nothing WHERE email = '{EMAIL}'",
    )
    for statement in failing:
        assert server.attempt(statement, role="service").returncode
    server.sql(f"DO $$ BEGIN RAISE WARNING '{CARD}'; END $$", role="service")
    server.sql(f"SELECT pg_sleep(1.1), '{CARD}'", role="service")
    log = server.log
    assert "ERROR:  duplicate key value violates unique constraint" in log
    assert "ERROR:  null value in column" in log
    assert not any(word in log for word in ("DETAIL:", "STATEMENT:", "duration:"))
    assert not any(value in log for value in ("5500000000000004", EMAIL, CARD))


def test_connections_are_logged_from_beginning_to_end(server: Server) -> None:
    assert "LOG:  connection authorized: user=service database=ledger" in server.log
    assert "LOG:  disconnection: session time:" in server.log


def test_what_an_error_says_of_a_value_in_the_wrong_form_is_the_one_known_hole(server: Server) -> None:
    """PostgreSQL quotes the value in the message itself: services check the form of what they are given first."""
    server.attempt(f"SELECT '{TYPO}'::bigint", role="service")
    assert f'ERROR:  invalid input syntax for type bigint: "{TYPO}"' in server.log


@pytest.mark.parametrize("name", ["Ledger", "a b", 'x"; DROP', "1st", ""])
def test_rejects_names_that_would_need_quoting(name: str) -> None:
    with pytest.raises(ValueError, match="database must be 1 to 63 of a-z 0-9 _"):
        role_defaults_sql(name)
    with pytest.raises(ValueError, match="role must be 1 to 63 of a-z 0-9 _"):
        RoleDefaults(role=name, lock_timeout_ms=1, statement_timeout_ms=1)
