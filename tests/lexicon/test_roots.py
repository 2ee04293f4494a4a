"""Public and private content: a private root adds, overrides policy, and redefines nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from jicha.kernel.errors import ContentError
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots


def put(root: Path, *names: str, text: str = "x") -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_a_private_root_adds(tmp_path: Path) -> None:
    public = put(tmp_path / "content", "topics/bill/b.sql", "topics/bill/d.sql")
    private = put(tmp_path / "local", "topics/bill/c.sql", "topics/own/a.sql")
    roots = ContentRoots(public, (private,))
    found = [roots.shown(path) for path in roots.files("topics", "*.sql")]
    # One order for all roots: by the path inside the root.
    assert found == [
        "content/topics/bill/b.sql",
        "local/topics/bill/c.sql",
        "content/topics/bill/d.sql",
        "local/topics/own/a.sql",
    ]


def test_a_private_root_may_override_policy(tmp_path: Path) -> None:
    public = put(tmp_path / "content", "policy/sweep.yaml", "policy/area/loss.yaml")
    first = put(tmp_path / "first", "policy/sweep.yaml")
    second = put(tmp_path / "second", "policy/sweep.yaml")
    roots = ContentRoots(public, (first, second))
    assert [roots.shown(path) for path in roots.files("policy", "*.yaml")] == [
        "content/policy/area/loss.yaml",
        "second/policy/sweep.yaml",
    ]


@pytest.mark.parametrize(
    "name", ["law/tariffs/hn.yaml", "core/bill.sql", "marts/usage/x.sql", "topics/a/b.sql", "innocence/c.sql"]
)
def test_nothing_else_may_be_redefined(tmp_path: Path, name: str) -> None:
    public = put(tmp_path / "content", name)
    private = put(tmp_path / "local", name)
    folder = name.split("/")[0]
    with pytest.raises(ContentError) as caught:
        ContentRoots(public, (private,)).files(folder, "*.*")
    assert caught.value.code == "content_redefined"
    assert caught.value.file == str(private / name)
    assert str(public / name) in caught.value.text.en
    assert str(public / name) in caught.value.text.zh


def test_two_private_roots_may_not_redefine_each_other(tmp_path: Path) -> None:
    public = put(tmp_path / "content", "VERSION")
    private = tuple(put(tmp_path / name, "topics/a/b.sql") for name in ("one", "two"))
    with pytest.raises(ContentError, match="content_redefined"):
        ContentRoots(public, private).files("topics", "*.sql")


def test_a_private_code_list_may_not_replace_a_public_one(tmp_path: Path) -> None:
    private = put(tmp_path / "local", "lexicon/codes/register.csv", text="code,en,zh\nown,Own,自有\n")
    lexicon = Lexicon.load(ContentRoots.find((private,)))
    with pytest.raises(ContentError, match="content_redefined"):
        lexicon.codes("register")


def test_the_installation_has_content() -> None:
    roots = ContentRoots.find()
    assert (roots.public / "lexicon" / "fields.yaml").is_file()
    assert roots.version()
    assert list(roots) == [roots.public]


def test_a_private_root_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as caught:
        ContentRoots.find((tmp_path / "nowhere",))
    assert (caught.value.code, caught.value.file) == ("no_content_root", str(tmp_path / "nowhere"))


def test_a_path_outside_all_roots_is_shown_as_it_is(tmp_path: Path) -> None:
    roots = ContentRoots(put(tmp_path / "content", "VERSION"))
    assert roots.shown(tmp_path / "other.sql") == str(tmp_path / "other.sql")


@pytest.mark.parametrize("name", ["county.yml", "county.YAML", "county.YML", "county.Yaml"])
def test_a_yaml_file_with_another_ending_is_refused_and_not_ignored(tmp_path: Path, name: str) -> None:
    """Its owner would think the policy holds."""
    public = put(tmp_path / "content", "policy/sweep.yaml")
    private = put(tmp_path / "local", f"policy/parameters/{name}")
    with pytest.raises(ContentError) as caught:
        ContentRoots(public, (private,)).files("policy/parameters", "*.yaml")
    assert caught.value.code == "yaml_suffix"
    assert caught.value.file == str(private / "policy" / "parameters" / name)
    assert ".yaml" in caught.value.text.zh


def test_files_that_are_no_yaml_may_lie_beside(tmp_path: Path) -> None:
    public = put(
        tmp_path / "content", "policy/sweep.yaml", "policy/README.md", "policy/y.html", "policy/a.xml"
    )
    assert [path.name for path in ContentRoots(public).files("policy", "*.yaml")] == ["sweep.yaml"]
