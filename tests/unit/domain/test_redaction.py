"""What looks like a secret is hidden, and nothing else."""

import pytest

from healthcheckd.domain.redaction import masked


@pytest.mark.parametrize(
    "text",
    [
        "token: s3cret",
        "hmac_key=s3cret",
        "'apikey': 's3cret'",
        '{"password":"s3cret"}',
        "X-Api-Key: s3cret",
        "Authorization: Bearer s3cret",
        "authorization=Basic s3cret",
        "via http://ops:s3cret@10.0.0.1:3128",
        "https://x.example/hook?a=1&access_key=s3cret&b=2",
    ],
)
def test_what_is_called_a_secret_is_hidden(text: str) -> None:
    assert "s3cret" not in masked(text) and "****" in masked(text)


@pytest.mark.parametrize(
    "text",
    [
        "Check that the Session and Token are correct",
        "The SECRET_KEY is incorrect",
        "session_not_found",
        "monkey: see, donkey = do",
        "https://x.example/hook?a=1",
        "connect ECONNREFUSED 10.0.0.1:3128",
        "",
    ],
)
def test_other_words_stay(text: str) -> None:
    assert masked(text) == text
