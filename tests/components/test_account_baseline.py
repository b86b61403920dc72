"""The account itself."""

from components.account_baseline import AccountBaseline, AccountBaselineArgs
from tests.components.conftest import build


def test_no_bucket_of_the_account_can_be_made_public() -> None:
    built = build(lambda: AccountBaseline("account", AccountBaselineArgs(account_id="123456789012")))
    block = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
    assert built.identities() == {
        "platform:audit:AccountBaseline::account",
        f"platform:audit:AccountBaseline${block}::account",
    }
    assert built.one("AccountPublicAccessBlock", "account").inputs == {
        "accountId": "123456789012",
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    }
