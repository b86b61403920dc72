"""The parameters of every database, each with its reason; no value of a statement reaches a log."""

from dataclasses import dataclass

from components.tags import DataClass


@dataclass(frozen=True)
class Parameter:
    """`static`: PostgreSQL reads it at its start alone. RDS keeps a change until the next reboot, and says so by
    `applyMethod: pending-reboot`, which previews show beside the value.
    """

    name: str
    value: str
    why: str
    static: bool = False

    @property
    def apply_method(self) -> str:
        return "pending-reboot" if self.static else "immediate"


_ALWAYS = (
    Parameter("rds.force_ssl", "1", "a client without TLS is turned away"),
    Parameter("ssl_min_protocol_version", "TLSv1.2", "TLS 1.0 and 1.1 are broken: RFC 8996"),
    Parameter("password_encryption", "scram-sha-256", "md5 verifiers can be replayed"),
    Parameter("shared_preload_libraries", "pg_stat_statements,pgaudit", "statistics and audit", static=True),
    Parameter("rds.logical_replication", "1", "blue/green switches of majors replicate logically", static=True),
    Parameter("timezone", "UTC", "one clock for logs, jobs and people"),
    # Who did what. Settings of pgaudit that RDS offers in parameter groups: RDS user guide, "Reference for the
    # pgAudit extension". pgaudit.log_statement is none of them: components/databases/roles.py sets it.
    Parameter("pgaudit.log_parameter", "0", "bound values stay out of the audit log"),
    Parameter("pgaudit.log_relation", "1", "one entry for each table, so that it names them without the text"),
    Parameter("pgaudit.role", "rds_pgaudit", "GRANT SELECT ... TO rds_pgaudit audits reads of single tables"),
    Parameter("log_connections", "1", "PCI DSS 10.2.1: who came"),
    Parameter("log_disconnections", "1", "and for how long"),
    Parameter("log_lock_waits", "1", "who waited for whom longer than deadlock_timeout"),
    # What must not be logged. PostgreSQL manual, "Error Reporting and Logging": panic turns off the text of failed
    # statements; terse leaves out DETAIL, which quotes rows, HINT, QUERY and CONTEXT; a length of 0 the bound values.
    Parameter("log_statement", "none", "pgaudit says what is needed"),
    Parameter("log_min_messages", "error", "notices and warnings carry what functions write into them"),
    Parameter("log_min_error_statement", "panic", "a failed statement's text holds its values"),
    Parameter("log_error_verbosity", "terse", "DETAIL quotes the row that broke a constraint"),
    Parameter("log_parameter_max_length", "0", "bound values of logged statements"),
    Parameter("log_parameter_max_length_on_error", "0", "bound values of failed statements"),
    Parameter("log_min_duration_sample", "-1", "it logs the text of statements"),
    Parameter("log_transaction_sample_rate", "0", "it logs the text of statements"),
    # The manual advises against lock_timeout and statement_timeout for everyone: roles have theirs. This one ends
    # nothing but transactions that do nothing and hold locks and old rows.
    Parameter("idle_in_transaction_session_timeout", "60000", "ms; it holds locks and keeps vacuum from old rows"),
)
_AUDITED = {"financial": "role,ddl,write", "personal": "role,ddl,write", "internal": "role,ddl"}
_SLOW_MS = "1000"


def parameters(data_class: DataClass, connections: int) -> tuple[Parameter, ...]:
    """Those of a database that holds data of a class. A slow statement is logged with its text, and its literals with
    it: where they may be data of people or cards, Performance Insights alone shows slow statements, encrypted and
    to those who may see them."""
    slow = _SLOW_MS if data_class == "internal" else "-1"
    return (
        *_ALWAYS,
        Parameter("max_connections", str(connections), "what alarms and pools reckon with", static=True),
        Parameter("pgaudit.log", _AUDITED[data_class], "changes of rights, of tables and of rows"),
        Parameter("log_min_duration_statement", slow, "ms; -1 for never"),
    )
