"""Settings come from the environment; keys are made once and kept from others."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from edu.config import PROJECT, Settings, create_keys, read_keys
from models.errors import Refusal


def settings(home: Path, **environ: str) -> Settings:
    return Settings.from_environ({"EDU_HOME": str(home), **environ})


def refused(code: str) -> "pytest.RaisesExc[Refusal]":
    return pytest.RaisesExc(Refusal, check=lambda error: error.code == code)


def test_the_home_is_var_of_the_checkout_unless_said_otherwise(tmp_path):
    assert Settings.from_environ({}).home == PROJECT / "var"
    assert settings(tmp_path / "elsewhere").home == tmp_path / "elsewhere"


def test_a_relative_home_is_made_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert settings(Path("here")).home == tmp_path / "here"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("EDU_DATABASE_URL", "database_owner_url_missing"),
        ("EDU_DATABASE_OWNER_URL", "database_url_missing"),
    ],
)
def test_one_database_address_without_the_other_is_refused(tmp_path, given, code):
    with refused(code):
        settings(tmp_path, **{given: "postgresql://somebody@host/base"})


def test_keys_are_created_once_and_only_for_this_user(tmp_path):
    keys = settings(tmp_path / "home").keys
    file = tmp_path / "home/keys/keys.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.parent.parent.stat().st_mode) == 0o700
    assert settings(tmp_path / "home").keys == keys
    assert len(keys.iin_encryption_key) == len(keys.iin_index_key) == 32
    assert keys.iin_encryption_key != keys.iin_index_key


def test_two_installations_have_different_keys(tmp_path):
    one, other = settings(tmp_path / "one").keys, settings(tmp_path / "other").keys
    assert one.secret_key != other.secret_key
    assert one.password_salt != other.password_salt
    assert one.iin_encryption_key != other.iin_encryption_key


def test_of_many_who_create_the_keys_at_once_all_read_the_same(tmp_path):
    def create_and_read(_):
        create_keys(tmp_path / "keys.json")
        return read_keys(tmp_path / "keys.json")

    with ThreadPoolExecutor(8) as pool:
        assert len({each.secret_key for each in pool.map(create_and_read, range(40))}) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["keys.json"]


def test_keys_may_come_from_a_file_elsewhere(tmp_path):
    create_keys(tmp_path / "vault.json")
    keys = settings(tmp_path / "home", EDU_KEY_FILE=str(tmp_path / "vault.json")).keys
    assert keys == read_keys(tmp_path / "vault.json")
    assert not (tmp_path / "home").exists()


def test_a_named_key_file_that_is_absent_is_refused_and_not_invented(tmp_path):
    with refused("key_file_unreadable"):
        _ = settings(tmp_path, EDU_KEY_FILE=str(tmp_path / "keys/absent.json")).keys
    assert not (tmp_path / "keys").exists()


def test_a_key_file_that_others_may_read_is_refused(tmp_path):
    create_keys(tmp_path / "keys.json")
    (tmp_path / "keys.json").chmod(0o640)
    with pytest.raises(Refusal) as refusal:
        read_keys(tmp_path / "keys.json")
    assert refusal.value.code == "key_file_open_to_others"
    assert refusal.value.parameters["found"] == "0640"


@pytest.mark.parametrize(
    "damage",
    [
        lambda keys: keys.pop("iin_index_key"),
        lambda keys: keys.update(iin_encryption_key="c2hvcnQ="),
        lambda keys: keys.update(iin_encryption_key="not base64 at all"),
        lambda keys: keys.update(secret_key="short"),
        lambda keys: keys.update(secret_key=None),
    ],
)
def test_a_damaged_key_file_is_refused_without_telling_what_it_holds(tmp_path, damage):
    file = tmp_path / "keys.json"
    create_keys(file)
    keys = json.loads(file.read_text())
    damage(keys)
    file.write_text(json.dumps(keys))
    with pytest.raises(Refusal) as refusal:
        read_keys(file)
    assert refusal.value.code == "key_file_malformed"
    assert refusal.value.parameters == {"path": str(file)}
    assert refusal.value.__suppress_context__


def test_keys_do_not_show_themselves(tmp_path):
    keys = settings(tmp_path).keys
    assert keys.secret_key not in repr(keys)
    assert repr(keys.iin_index_key) not in repr(settings(tmp_path))


def test_a_home_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with refused("home_not_writable"):
        settings(tmp_path / "file/home").folder("logs")
