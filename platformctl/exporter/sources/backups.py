"""How old the newest copy in each vault is, at home and in the recovery region."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from platformctl.exporter.clients import Clients
from platformctl.exporter.config import Config
from platformctl.exporter.metrics import Reading

_RECENT: Final = timedelta(days=3)  # beyond the 26 hours that call somebody; older ones are looked for only then
# A whole snapshot, and a continuous backup that is running (AWS Backup API reference, RecoveryPointByBackupVault).
_WHOLE: Final = frozenset(("AVAILABLE", "COMPLETED"))


def newest_copies(config: Config, clients: Clients) -> Reading:
    """When the newest whole copy of each vault was made. A vault without one counts from when it was made itself: it is
    late no sooner than its first copy.
    """
    return {
        "backup_newest_copy_timestamp_seconds": {
            (vault,): _newest(clients("backup", region), vault, datetime.now(UTC)).timestamp()
            for vault, region in config.vaults.items()
        }
    }


def _newest(client: Any, vault: str, now: datetime) -> datetime:
    for since in ({"ByCreatedAfter": now - _RECENT}, {}):
        if times := list(_made(client, vault, since)):
            return max(times)
    made: datetime = client.describe_backup_vault(BackupVaultName=vault)["CreationDate"]
    return made


def _made(client: Any, vault: str, since: dict[str, Any]) -> Iterator[datetime]:
    pages = client.get_paginator("list_recovery_points_by_backup_vault").paginate(BackupVaultName=vault, **since)
    for point in (one for page in pages for one in page["RecoveryPoints"]):
        if point["Status"] in _WHOLE:
            yield point["CreationDate"]
