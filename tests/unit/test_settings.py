import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import request

from kinderwerk.app import create_app
from kinderwerk.config import Misconfigured, Settings, Tiles, write_fresh

KEY = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
TOLD = {"KINDERWERK_SECRET_KEY": "a long enough secret", "KINDERWERK_SEALING_KEYS": f"1:{KEY}"}


def kinderwerk(instance: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("KINDERWERK_")}
    command = [sys.executable, "-c", "from kinderwerk.start import main; main()", *words]
    return subprocess.run(
        command, env=environment | {"KINDERWERK_INSTANCE": str(instance)},
        capture_output=True, text=True,
    )  # fmt: skip


def test_the_given_environment_tells_everything(tmp_path: Path) -> None:
    here = tmp_path / "here"
    settings = Settings.from_environment(TOLD | {"KINDERWERK_INSTANCE": str(here)})
    assert settings.instance == here
    assert str(here) in settings.database_url
    create_app(settings)
    assert here.is_dir()


def test_what_a_vault_hands_over_counts_more_than_the_file_and_less_than_the_environment(
    tmp_path: Path,
) -> None:
    here, vault = tmp_path / "here", tmp_path / "vault"
    write_fresh(here)
    vault.mkdir()
    (vault / "kinderwerk").write_text(
        f"KINDERWERK_SECRET_KEY={TOLD['KINDERWERK_SECRET_KEY']}\nKINDERWERK_ZONE=Europe/Berlin\n"
    )
    environment = {"KINDERWERK_INSTANCE": str(here), "CREDENTIALS_DIRECTORY": str(vault)}
    settings = Settings.from_environment(environment)
    assert settings.secret_key == TOLD["KINDERWERK_SECRET_KEY"]
    assert settings.zone == "Europe/Berlin"
    told = Settings.from_environment(environment | {"KINDERWERK_ZONE": "Europe/Paris"})
    assert told.zone == "Europe/Paris"
    empty = environment | {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert Settings.from_environment(empty).zone == "Europe/Amsterdam"


@pytest.mark.parametrize(
    "wrong",
    [
        {"KINDERWERK_CLAMD": "clamd.example.org:3310"},
        {"KINDERWERK_SECRET_KEY": ""},
        {"KINDERWERK_SECRET_KEY": "short"},
        {"KINDERWERK_SEALING_KEYS": ""},
        {"KINDERWERK_SEALING_KEYS": f"0:{KEY}"},
        {"KINDERWERK_SEALING_KEYS": f"65536:{KEY}"},
        {"KINDERWERK_SEALING_KEYS": f"1:{KEY},1:{KEY}"},
        {"KINDERWERK_SEALING_KEYS": "1:a2tr"},
        {"KINDERWERK_PROXIES": "some"},
    ],
)
def test_senseless_settings_are_refused(tmp_path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(Misconfigured):
        Settings.from_environment(TOLD | {"KINDERWERK_INSTANCE": str(tmp_path)} | wrong)


def test_help_needs_no_settings(tmp_path: Path) -> None:
    answer = kinderwerk(tmp_path, "--help")
    assert answer.returncode == 0
    assert answer.stderr == ""
    assert {"db", "init", "run", "users"} <= set(answer.stdout.split())


@pytest.mark.parametrize("words", [("run",), ("db", "upgrade"), ("users", "add", "a@b.c")])
def test_a_missing_setting_is_one_sentence(tmp_path: Path, words: tuple[str, ...]) -> None:
    more = (
        ("--name=A", "--role=admin", "--organisation=B", "--municipality=C", "--password=x")
        if words[0] == "users"
        else ()
    )
    answer = kinderwerk(tmp_path, *words, *more)
    assert answer.returncode == 2
    assert answer.stderr == (
        "Error: Set KINDERWERK_SECRET_KEY in the environment, or run `kinderwerk init` first.\n"
    )


def test_init_writes_keys_once_for_their_owner_only(tmp_path: Path) -> None:
    assert kinderwerk(tmp_path / "new", "init").returncode == 0
    file = tmp_path / "new/env"
    assert file.stat().st_mode & 0o777 == 0o600
    settings = Settings.from_environment({"KINDERWERK_INSTANCE": str(tmp_path / "new")})
    assert len(settings.sealing_keys[1]) == 32
    again = kinderwerk(tmp_path / "new", "init")
    assert again.returncode == 2
    assert write_fresh(tmp_path / "other").read_text() != file.read_text()


def test_hosts_and_proxies_are_trusted_by_setting(tmp_path: Path) -> None:
    more = {"KINDERWERK_TRUSTED_HOSTS": "kinderwerk.example", "KINDERWERK_PROXIES": "1"}
    app = create_app(
        Settings.from_environment(TOLD | {"KINDERWERK_INSTANCE": str(tmp_path)} | more)
    )
    seen = []
    app.before_request(lambda: seen.append((request.scheme, request.remote_addr)))
    client = app.test_client()
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    assert (
        client.get("/healthz", base_url="http://kinderwerk.example", headers=headers).text == "ok\n"
    )
    assert seen == [("https", "203.0.113.9")]
    assert client.get("/", base_url="http://evil.example").status_code == 400


def told(home: Path) -> dict[str, str]:
    return TOLD | {"KINDERWERK_INSTANCE": str(home)}


SMS = {
    "KINDERWERK_SMS_URL": "https://sms.example.org/send",
    "KINDERWERK_SMS_BODY": '{"to": "{to}", "body": "{text}"}',
    "KINDERWERK_SMS_HEADERS": '{"Authorization": "Bearer x"}',
}


def test_a_gateway_for_text_messages_is_read_from_the_environment(tmp_path: Path) -> None:
    made = Settings.from_environment(told(tmp_path) | SMS)
    assert made.sms is not None
    assert (made.sms.method, made.sms.as_form, made.sms.country) == ("POST", False, "NL")
    assert Settings.from_environment(told(tmp_path)).sms is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("URL", "http://sms.example.org/send"), ("URL", "https://user@sms.example.org/"),
        ("METHOD", "GET"), ("AS", "xml"), ("BODY", '{"to": "{to}"}'), ("BODY", "{to}"),
        ("HEADERS", '{"A": "b\\r\\nc"}'), ("HEADERS", "[]"), ("COUNTRY", "Nederland"),
    ],
)  # fmt: skip
def test_a_gateway_that_makes_no_sense_is_refused_in_one_sentence(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(Misconfigured, match=f"KINDERWERK_SMS_{name}"):
        Settings.from_environment(told(tmp_path) | SMS | {f"KINDERWERK_SMS_{name}": value})


def test_a_bounce_domain_is_a_name(tmp_path: Path) -> None:
    wrong = told(tmp_path) | {"KINDERWERK_BOUNCE_DOMAIN": "b@example.org"}
    with pytest.raises(Misconfigured, match="BOUNCE_DOMAIN"):
        Settings.from_environment(wrong)


TILES = {"KINDERWERK_TILES_URL": "https://tiles.example.org/{z}/{x}/{y}.png"}


def test_the_map_has_pictures_only_where_they_are_named_with_whose_they_are(tmp_path: Path) -> None:
    assert Settings.from_environment(told(tmp_path)).tiles is None
    named = told(tmp_path) | TILES | {"KINDERWERK_TILES_BY": "A city"}
    assert Settings.from_environment(named).tiles == Tiles(
        url=TILES["KINDERWERK_TILES_URL"], attribution="A city"
    )
    for wrong in ({"KINDERWERK_TILES_BY": ""}, {"KINDERWERK_TILES_URL": "http://elsewhere/{z}"}):
        with pytest.raises(Misconfigured, match="KINDERWERK_TILES"):
            Settings.from_environment(named | wrong)


@pytest.mark.parametrize("url", ["sqlite:///copy.sqlite", "reports.example"])
def test_the_copy_for_reports_is_a_postgresql(url: str, tmp_path: Path) -> None:
    told = TOLD | {"KINDERWERK_INSTANCE": str(tmp_path), "KINDERWERK_REPORT_DATABASE_URL": url}
    with pytest.raises(Misconfigured, match="PostgreSQL"):
        Settings.from_environment(told)


FAR = "postgresql+psycopg://kinderwerk:secret@db.example.org/kinderwerk"


@pytest.mark.parametrize(
    ("url", "starts"),
    [
        (FAR, False),
        (f"{FAR}?sslmode=require", False),
        (FAR.replace("db.example.org", "10.0.0.7"), False),
        (FAR.replace("db.example.org", "[2001:db8::1]"), False),
        ("postgresql+psycopg:///kinderwerk?host=db.example.org", False),
        ("no address", False),
        (f"{FAR}?sslmode=verify-full", True),
        (FAR.replace("db.example.org", "database"), True),
        (FAR.replace("db.example.org", "127.0.0.1"), True),
        (FAR.replace("db.example.org", "[::1]"), True),
        ("postgresql+psycopg:///kinderwerk?host=/run/postgresql", True),
    ],
)
@pytest.mark.parametrize("name", ["DATABASE", "OWNER_DATABASE", "REPORT_DATABASE"])
def test_a_database_on_another_machine_proves_who_it_is(
    tmp_path: Path, name: str, url: str, starts: bool
) -> None:
    told = TOLD | {"KINDERWERK_INSTANCE": str(tmp_path), f"KINDERWERK_{name}_URL": url}
    if starts:
        assert url in vars(Settings.from_environment(told)).values()
    else:
        with pytest.raises(Misconfigured, match=f"KINDERWERK_{name}_URL") as refused:
            Settings.from_environment(told)
        assert "secret" not in str(refused.value)
