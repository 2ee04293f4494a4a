"""From text to a syntax tree: exactly one SELECT, small and shallow enough to walk, free of comments."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlglot.expressions as exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ParseError
from sqlglot.tokenizer_core import Token, TokenType

from jicha.kernel.errors import ContentError
from jicha.warehouse.portable.rule import Rule

#: The longest statement anybody wrote by hand has some 300 lines; these are an order of magnitude more.
MAX_BYTES = 256 * 1024
#: Parentheses, brackets and braces within each other; the parser needs some twenty frames for each.
MAX_NESTING = 24
#: Levels of the syntax tree: what walks it later (the generator) does so recursively.
MAX_DEPTH = 150

DIALECT = "duckdb"

RULES: tuple[Rule, ...] = (
    Rule(
        "single_select",
        en="A file holds exactly one SELECT, WITH … SELECT or UNION ALL of SELECTs. "
        "Why: content describes rows; it never writes, loads, attaches or sets anything.",
        zh="每个文件恰有一条 SELECT、WITH … SELECT 或以 UNION ALL 连接的 SELECT。原因: 内容只描述数据行, 不"
        "写入、加载、挂接或设置任何东西。",
        good=("-- a comment; delete from core.bill\nselect b.bill_id as bill_id from core.bill as b",),
        bad=(
            "",
            "-- nothing but a comment",
            "delete from core.bill",
            "copy core.bill to 'x.csv'",
            "attach 'x.db'",
            "pragma database_list",
            "set threads = 1",
            "select b.bill_id as bill_id from core.bill as b; select b.bill_id as bill_id from core.bill as "
            "b",
            "/* one */ select b.bill_id as bill_id from core.bill as b /* two */; drop table core.bill",
            "with x as (delete from core.bill returning bill_id) select x.bill_id as bill_id from x as x",
            "with x as (select b.bill_id as bill_id from core.bill as b) delete from core.bill",
            "(select b.bill_id as bill_id from core.bill as b)",
            "values (1)",
        ),
    ),
    Rule(
        "syntax",
        en="The statement is DuckDB SQL in printable characters. Why: what cannot be parsed cannot be "
        "checked.",
        zh="语句须为 DuckDB 语法且由可打印字符组成。原因: 无法解析就无法检查。",
        good=("select b.bill_id as bill_id from core.bill as b where (b.billed_kwh > 0)",),
        bad=(
            "select b.bill_id as bill_id from core.bill as b where (b.billed_kwh > 0",
            "select b.bill_id as bill_id from core.bill as b where b.bill_id = 'open",
            "select b.bill_id as bill_id from core.bill as b\x00; delete from core.bill",
        ),
    ),
    Rule(
        "size",
        en=f"A statement has at most {MAX_BYTES // 1024} KiB, {MAX_NESTING} parentheses within each other "
        f"and {MAX_DEPTH} levels of "
        "expressions. Why: a longer one is an attack or ought to be several models.",
        zh=f"语句不超过 {MAX_BYTES // 1024} KiB, 括号嵌套不超过 {MAX_NESTING} 层, 表达式不超过 {MAX_DEPTH} "
        "层。原因: 更长的语句不是攻击就是应拆成多个模型。",
        good=(f"select {'(' * 10}b.billed_kwh{')' * 10} as billed_kwh from core.bill as b",),
        bad=(
            f"select {'(' * 40}b.billed_kwh{')' * 40} as billed_kwh from core.bill as b",
            f"select b.billed_kwh{' + 1' * 200} as billed_kwh from core.bill as b",
        ),
    ),
)

_OPENING = {TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE}
_CLOSING = {TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE}
_FIRST = {TokenType.SELECT, TokenType.WITH, TokenType.FROM}
_WHITE = {"\t", "\n", "\r"}


def parse(sql: str, *, file: str, first_line: int = 1) -> exp.Query:
    """The syntax tree of one SELECT in DuckDB's dialect; `first_line` is the line of `file` where it begins.

    Raises `ContentError` (code = id of the rule: single_select, syntax, size) with file and line for anything
    else. The tree holds no comments, so nothing hidden in one reaches an engine.
    """
    place = _Place(file, first_line)
    _refuse_bytes(sql, place)
    tokens = _tokens(sql, place)
    _refuse_tokens(tokens, place)
    try:
        trees = [tree for tree in _dialect().parser().parse(tokens, sql) if tree is not None]
    except ParseError as error:
        raise _syntax(error, place) from error
    except RecursionError:
        raise place.error("size", None, en="nested too deeply", zh="嵌套过深") from None
    except Exception as error:  # The parser is not ours: whatever it stumbles over, the text is at fault.
        raise place.error("syntax", None, en="this is no SQL", zh="无法解析为 SQL") from error
    if len(trees) != 1 or not isinstance(trees[0], (exp.Select, exp.SetOperation)):
        raise _not_one_select(place)
    tree = _one_spelling(trees[0])
    _refuse_depth(tree, place)
    for cte in tree.find_all(exp.CTE):
        if not isinstance(cte.this, exp.Query):
            raise _not_one_select(place)
    return tree


def _one_spelling(tree: exp.Query) -> exp.Query:
    """SQLGlot reads DATE_TRUNC over a visible DATE as another node than over a column; here it is one."""
    for trunc in list(tree.find_all(exp.DateTrunc)):
        unit = trunc.args.get("unit")
        if isinstance(unit, exp.Literal):
            trunc.replace(exp.TimestampTrunc(this=trunc.this, unit=exp.Var(this=unit.name.upper())))
    return tree


class _Position(dict[str, Any]):
    """Where a node stands in its text. Copies of a tree share it: statements are copied for every slice, and most of
    a copy's time would go into copying this."""

    def __deepcopy__(self, memo: object) -> _Position:
        return self


class _Place:
    def __init__(self, file: str, first_line: int) -> None:
        self.file = file
        self.first_line = first_line

    def error(self, code: str, line: int | None, *, en: str, zh: str) -> ContentError:
        at = self.first_line + (line or 1) - 1
        return ContentError(code, en=en, zh=zh, file=self.file, line=at)


@cache
def _dialect() -> Dialect:
    return Dialect.get_or_raise(DIALECT)


def _refuse_bytes(sql: str, place: _Place) -> None:
    if len(sql) > MAX_BYTES or len(sql.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise place.error(
            "size",
            None,
            en=f"a statement has at most {MAX_BYTES // 1024} KiB",
            zh=f"语句不得超过 {MAX_BYTES // 1024} KiB",
        )
    for number, line in enumerate(sql.split("\n"), start=1):
        if not all(
            character.isprintable() or character in _WHITE or character == "\u3000" for character in line
        ):
            raise place.error(
                "syntax",
                number,
                en="a control or invisible character stands in this line",
                zh="该行含有控制字符或不可见字符",
            )


def _tokens(sql: str, place: _Place) -> list[Token]:
    try:
        return _dialect().tokenize(sql)
    except Exception as error:  # As above: the tokenizer meets text from strangers.
        raise place.error(
            "syntax",
            None,
            en="a quote or comment is not closed, or a character is not SQL",
            zh="引号或注释未闭合, 或含有非 SQL 字符",
        ) from error


def _refuse_tokens(tokens: Sequence[Token], place: _Place) -> None:
    statement = list(tokens)
    while statement and statement[-1].token_type is TokenType.SEMICOLON:
        statement.pop()
    if not statement or statement[0].token_type not in _FIRST:
        raise _not_one_select(place, statement[0].line if statement else None)
    nesting = 0
    for token in statement:
        if token.token_type is TokenType.SEMICOLON:
            raise _not_one_select(place, token.line)
        nesting += (token.token_type in _OPENING) - (token.token_type in _CLOSING)
        if nesting > MAX_NESTING:
            raise place.error(
                "size",
                token.line,
                en=f"more than {MAX_NESTING} parentheses within each other; use WITH",
                zh=f"括号嵌套超过 {MAX_NESTING} 层; 请使用 WITH",
            )


def _refuse_depth(tree: exp.Expr, place: _Place) -> None:
    stack = [(tree, 1)]
    while stack:
        node, depth = stack.pop()
        node.comments = None
        if node._meta is not None:
            node._meta = _Position(node._meta)
        if depth > MAX_DEPTH:
            raise place.error(
                "size",
                node.meta.get("line"),
                en=f"an expression of more than {MAX_DEPTH} levels; use WITH",
                zh=f"表达式超过 {MAX_DEPTH} 层; 请使用 WITH",
            )
        stack.extend((child, depth + 1) for child in node.iter_expressions())


def _not_one_select(place: _Place, line: int | None = None) -> ContentError:
    return place.error(
        "single_select",
        line,
        en="a file holds exactly one statement, beginning with SELECT or WITH",
        zh="文件中须恰有一条语句, 以 SELECT 或 WITH 开头",
    )


def _syntax(error: ParseError, place: _Place) -> ContentError:
    details = error.errors[0] if error.errors else {}
    near = ascii(str(details.get("highlight") or "")[:40])
    return place.error(
        "syntax",
        details.get("line"),
        en=f"{details.get('description') or 'this is no SQL'} near {near}",
        zh=f"语法错误, 位于 {near} 附近",
    )
