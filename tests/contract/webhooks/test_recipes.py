"""The recipes of the README believe what we sign, and nothing else."""

import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from healthcheckd.notify.webhook import signature
from healthcheckd.settings import Secret

README = Path(__file__).parents[3] / "README.md"
SECRET = "a-signing-secret"
BODY = b'{"event":"whatsapp.test"}'
ASKED = {
    "python": (
        [sys.executable, "-c"],
        "import json, sys\nprint(json.dumps(is_genuine(*sys.argv[1:3], sys.argv[3].encode())))",
    ),
    "js": (["node", "-e"], "const [s, h, b] = process.argv.slice(1); console.log(isGenuine(s, h, Buffer.from(b)))"),
}


def believed(language: str, header: str, body: bytes = BODY, secret: str = SECRET) -> bool:
    (recipe,) = re.findall(rf"^```{language}\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    command, asking = ASKED[language]
    if shutil.which(command[0]) is None:
        pytest.skip(f"there is no {command[0]} here")
    words = [*command, recipe + asking, secret, header, body.decode()]
    return bool(json.loads(subprocess.run(words, capture_output=True, text=True, check=True, timeout=30).stdout))


@pytest.mark.parametrize("language", ASKED)
def test_what_we_sign_is_believed_and_what_others_changed_is_not(language: str) -> None:
    now = int(time.time())
    header = signature(Secret(SECRET), now, BODY)
    assert believed(language, header)
    assert not believed(language, header, body=BODY + b" ")
    assert not believed(language, header, secret="another")
    assert not believed(language, header.replace(f"t={now}", f"t={now + 1}"))
    assert not believed(language, signature(Secret(SECRET), now - 600, BODY)), "posted once more"


@pytest.mark.parametrize("language", ASKED)
@pytest.mark.parametrize("header", ["", "t=,v1=", "nonsense", "t=x,v1=00"])
def test_what_is_no_signature_is_not_believed(language: str, header: str) -> None:
    assert not believed(language, header)
