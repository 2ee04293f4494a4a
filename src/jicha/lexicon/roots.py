"""Where content lives: the public root and, behind it, a utility's private ones.

The public root is `content/` at the repository root in development and `jicha/content` in an installed
package. Private roots (`--content local/`) may add anything and override `policy/`; they never override
`law/` and never redefine a file of the public root. To the code lists of `lexicon/open_codes.yaml` they add codes
(`lexicon.Lexicon`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jicha.kernel.errors import ContentError

#: Folders in which a private root may replace a public file of the same relative path.
OVERRIDABLE = ("policy",)

#: Every way people write the ending of a YAML file.
_YAML = "*.[yY]*[mM][lL]"


@dataclass(frozen=True, slots=True)
class ContentRoots:
    """The public content root and the private ones, in order of precedence (last wins where allowed)."""

    public: Path
    private: tuple[Path, ...] = ()

    @classmethod
    def find(cls, private: Sequence[Path] = ()) -> ContentRoots:
        """The content of this installation. Raises `ContentError` where there is none."""
        package = Path(__file__).resolve().parents[1]
        for candidate in (package / "content", package.parents[1] / "content"):
            if (candidate / "VERSION").is_file():
                for root in private:
                    if not root.is_dir():
                        raise ContentError(
                            "no_content_root",
                            en="this private content folder does not exist; check the path after --content",
                            zh="私有内容目录不存在; 请检查 --content 后的路径",
                            file=root,
                        )
                return cls(candidate, tuple(Path(root).resolve() for root in private))
        raise ContentError(
            "no_content",
            en="the content of this installation is missing; install the package again",
            zh="安装包内缺少内容目录 content; 请重新安装",
            file=package,
        )

    @property
    def all(self) -> tuple[Path, ...]:
        return (self.public, *self.private)

    def folders(self, relative: str) -> list[Path]:
        """The existing folders of that name, public first."""
        return [root / relative for root in self.all if (root / relative).is_dir()]

    def files(self, relative: str, pattern: str) -> list[Path]:
        """Files below `relative` that match, one per relative path, sorted by that path.

        Raises `ContentError` when a private root holds a path the public root (or another private one)
        already has, outside the folders that may be overridden, and for a YAML file that is called .yml or .YAML.
        """
        found: dict[str, Path] = {}
        for root in self.all:
            for path in sorted((root / relative).rglob(_YAML if pattern == "*.yaml" else pattern)):
                if pattern == "*.yaml" and path.suffix != ".yaml":
                    raise ContentError(
                        "yaml_suffix",
                        en="content files end in .yaml; under another ending nobody would read this one",
                        zh="内容文件的扩展名须为 .yaml; 其他写法的文件不会被读取",
                        file=path,
                    )
                key = path.relative_to(root).as_posix()
                if key in found and key.split("/", 1)[0] not in OVERRIDABLE:
                    raise ContentError(
                        "content_redefined",
                        en=f"this file is already defined by {found[key]}; a private root may add, not redefine",
                        zh=f"该文件已由 {found[key]} 定义; 私有目录只能新增, 不能改写",
                        file=path,
                    )
                found[key] = path
        return [found[key] for key in sorted(found)]

    def shown(self, path: Path) -> str:
        """A path as a person knows it: relative to its root's parent where possible."""
        for root in self.all:
            if path.is_relative_to(root):
                return f"{root.name}/{path.relative_to(root).as_posix()}"
        return str(path)

    def version(self) -> str:
        return (self.public / "VERSION").read_text(encoding="utf-8").strip()

    def __iter__(self) -> Iterator[Path]:
        return iter(self.all)
