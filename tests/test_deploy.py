"""What a server is installed by: the container and the systemd unit, as far as they can be checked without either."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from typed import say

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / ".ci" / "deploy"
UNIT = DEPLOY / "customary.service"
MOST_EXPOSED = 2.0  # of 10, as systemd counts


def steps():
    """The instructions of the Dockerfile: what they are, and what they say."""
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    lines = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.M)).splitlines()
    return [tuple(line.split(None, 1)) for line in lines if line.strip()]


def said(kind):
    """What the instructions of one kind say."""
    return [text for name, text in steps() if name == kind]


def unit():
    """The settings of the unit, name → its last value."""
    lines = (line for line in UNIT.read_text("utf-8").splitlines() if "=" in line and not line.startswith("#"))
    return dict(line.split("=", 1) for line in lines)


def test_every_step_is_one_that_docker_knows():
    """No instruction is misspelt, and none fetches from an address."""
    known = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"}
    assert {name for name, _text in steps()} <= known
    assert not re.search(r"curl|wget|https?://(?!127\.0\.0\.1)", " ".join(said("RUN") + said("COPY")))


def test_every_file_that_is_copied_is_here():
    """Each source of a COPY lies in the checkout, and is not left out by git."""
    sources = [each for text in said("COPY") if not text.startswith("--from") for each in text.split()[:-1]]
    assert ".ci/locks/app.txt" in sources
    assert [each for each in sources if not (ROOT / each).exists()] == []


def test_packages_are_those_that_were_locked():
    """By their hashes, of the lock for users; the project itself comes without an index."""
    runs = " ".join(said("RUN"))
    assert "--require-hashes -r .ci/locks/app.txt" in runs
    assert re.search(r"--no-index --no-deps\s+--no-build-isolation \.", runs)


def test_the_container_runs_a_python_that_will_do():
    """Both stages are one Python, 3.12 or newer."""
    images = {text.split()[0] for text in said("FROM")}
    (image,) = images
    assert tuple(map(int, re.match(r"python:(\d+)\.(\d+)-slim", image).groups())) >= (3, 12)


def test_the_container_is_nobodys_root():
    """The last user is the one that was made for it, and nothing but its volume is its own."""
    assert said("USER") == ["customary"]
    assert said("VOLUME") == ["/var/lib/customary"] and "CUSTOMARY_SHOPS=/var/lib/customary" in said("ENV")[0]


def commands():
    """Every command line of ours in the files: the container's, the compose file's and the unit's."""
    service = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]["customary"]
    container = [each.strip(' "') for each in said("CMD")[0].strip("[]").split(",")]
    units = [shlex.split(unit()[name])[1:] for name in ("ExecStart", "ExecStartPre")]
    return [container, service["command"], *units]


@pytest.mark.parametrize("words", commands(), ids=lambda words: " ".join(words[:2]))
def test_the_commands_are_understood(words):
    """Every option of a command line is one that the command has."""
    known = say(words[0], "--help").stdout
    assert all(word in known for word in words if word.startswith("--"))


def test_the_compose_file_takes_rights_away():
    """Read-only, without capabilities, with limits of memory and processes, on this machine's own address only."""
    service = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]["customary"]
    assert service["read_only"] and service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["mem_limit"] and service["pids_limit"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).resolve() == DEPLOY / "Dockerfile"


def test_health_is_what_the_server_answers():
    """The container asks the address that says whether the server is ready."""
    assert "http://127.0.0.1:2718/readyz" in said("HEALTHCHECK")[0]


def test_the_unit_has_limits():
    """Files for a hundred readers, a ceiling of memory, and time to close pages."""
    told = unit()
    assert int(told["LimitNOFILE"]) >= 8_192 and told["MemoryMax"] and int(told["TasksMax"]) >= 1_024
    assert told["DynamicUser"] == "yes" and told["KillSignal"] == "SIGINT"


def systemd(*words):
    """What systemd says of the unit, where it is installed."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    done = subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_systemd_understands_the_unit():
    """Its only complaint is that nothing is installed under /opt here."""
    lines = systemd("verify", str(UNIT)).splitlines()
    assert [line for line in lines if "customary" in line and "is not executable" not in line] == []


def test_systemd_finds_the_unit_hardened():
    """By systemd's own count, of which 10 is a service without any protection."""
    found = re.search(
        r"exposure level for customary\.service: ([\d.]+)", systemd("security", "--offline=true", str(UNIT))
    )
    if found is None:
        pytest.skip("this systemd cannot judge a unit that is not loaded")
    assert float(found[1]) <= MOST_EXPOSED
