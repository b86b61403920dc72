"""Backups and who may end them."""

from platformctl.live.listings.listing import Listing, named, of
from policies import tokens

BACKUPS = (
    Listing(
        tokens.BACKUP_VAULT,
        "list_backup_vaults",
        "BackupVaultList[?VaultType != 'LOGICALLY_AIR_GAPPED_BACKUP_VAULT'].BackupVaultName",
    ),
    of(tokens.BACKUP_VAULT, tokens.BACKUP_VAULT_LOCK),
    of(tokens.BACKUP_VAULT, tokens.BACKUP_VAULT_POLICY),
    Listing(tokens.BACKUP_PLAN, "list_backup_plans", "BackupPlansList[].BackupPlanId"),
    named(
        "list_backup_selections",
        "BackupPlanId",
        "BackupSelectionsList[].SelectionId",
        "{id}|{found}",
        tokens.BACKUP_PLAN,
        tokens.BACKUP_SELECTION,
    ),
)
