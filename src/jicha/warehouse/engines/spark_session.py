"""One Spark per process: found, started, configured; an engine gets a session of its own in it.

What must hold for the findings to be right is set on the session and cannot be left out by a cluster's own
configuration. What is only a matter of a machine (memory, addresses of a local master, folders) is set when
Spark starts and, for a remote master, left to `spark-defaults.conf`.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jicha.kernel.errors import WorkspaceError
from jicha.warehouse.engines.exact_values import first_line

#: The oldest Java that Spark 4.0 runs on.
JAVA = 17

#: Settings of every session, with what goes wrong without each.
SESSION: Mapping[str, str] = {
    # Off, an overflow or a bad cast is a silent NULL, and a finding is missing.
    "spark.sql.ansi.enabled": "true",
    # On, a product of more than 38 digits silently drops digits of the price; off, it raises.
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    # The lake's moments have no zone. As TIMESTAMP_LTZ they would move with the machine's zone.
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    # Files not written by Spark hold proleptic Gregorian days; as "LEGACY" days before 1582 would shift.
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
    # A piece that is gone or damaged is an error, not fewer rows.
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.files.ignoreCorruptFiles": "false",
    # On, a text such as '${env:HOME}' in a rule is replaced by what it names.
    "spark.sql.variable.substitute": "false",
    # On, a backslash in a text is an escape; SQLGlot doubles it for exactly this reading.
    "spark.sql.parser.escapedStringLiterals": "false",
    # A name in GROUP BY, ORDER BY or SELECT means a column of the tables, never one of the output.
    "spark.sql.groupByAliases": "false",
    "spark.sql.groupByOrdinal": "false",
    "spark.sql.orderByOrdinal": "false",
    "spark.sql.lateralColumnAlias.enableImplicitResolution": "false",
    "spark.sql.caseSensitive": "true",
    # A number beside a text is an error of the rule, not a cast.
    "spark.sql.storeAssignmentPolicy": "ANSI",
    # Results leave as Arrow with their own types.
    "spark.sql.execution.arrow.useLargeVarTypes": "false",
    # Listing the files of one statement must not become a job of its own.
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "100000",
}

#: Settings of a session that runs many statements over a handful of rows, as content tests do. There planning is
#: all the work: compiling what runs once, or looking for a better order of three rows, multiplies it.
TINY: Mapping[str, str] = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.sql.subexpressionElimination.enabled": "false",
    "spark.sql.optimizer.dynamicPartitionPruning.enabled": "false",
    "spark.sql.optimizer.runtime.bloomFilter.enabled": "false",
    "spark.sql.lightweightPlanChangeValidation": "false",
    "spark.sql.maxPlanStringLength": "0",
    "spark.sql.ui.explainMode": "simple",
}

_LOCAL = re.compile(r"local(\[.+\])?")
_VERSION = re.compile(r'version "(?:1\.)?(\d+)')


def require_java() -> str:
    """Major version of the Java that Spark will start. Raises `WorkspaceError` saying what to install."""
    home = os.environ.get("JAVA_HOME")
    program = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    told = ""
    if program is not None:
        try:
            run = subprocess.run([program, "-version"], capture_output=True, text=True, check=False)  # noqa: S603
            told = run.stderr + run.stdout
        except OSError:
            program = None
    found = _VERSION.search(told)
    if program is None or found is None:
        where = f" (JAVA_HOME is {home})" if home else ""
        raise WorkspaceError(
            "no_java",
            en=f"the engine spark needs Java {JAVA} or newer and there is none{where}; install it, for example "
            f"`apt-get install openjdk-{JAVA}-jre-headless`, or set JAVA_HOME",
            zh=f"引擎 spark 需要 Java {JAVA} 或更高版本, 未找到{where}; 请安装, 例如 "
            f"`apt-get install openjdk-{JAVA}-jre-headless`, 或设置 JAVA_HOME",
        )
    if int(found[1]) < JAVA:
        raise WorkspaceError(
            "old_java",
            en=f"the engine spark needs Java {JAVA} or newer; {program} is Java {found[1]}",
            zh=f"引擎 spark 需要 Java {JAVA} 或更高版本; {program} 为 Java {found[1]}",
        )
    return found[1]


def session(*, master: str, memory: str, few_rows: bool = False) -> Any:
    """A new session in this process's Spark, which is started if need be.

    Raises `WorkspaceError` where PySpark or Java is missing, Spark does not start, or this process already
    runs on another master.
    """
    spark = _started(master, memory, few_rows)
    if spark.sparkContext.master != master:
        raise WorkspaceError(
            "other_master",
            en=f"this process already runs Spark on {spark.sparkContext.master}, not on {master}",
            zh=f"本进程的 Spark 已连接 {spark.sparkContext.master}, 不是 {master}",
        )
    own = spark.newSession()
    for name, value in {**SESSION, **(TINY if few_rows else {})}.items():
        own.conf.set(name, value)
    return own


def _started(master: str, memory: str, few_rows: bool) -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise WorkspaceError(
            "no_pyspark",
            en="the engine spark needs PySpark, which is not installed; run `pip install 'jicha[spark]'`",
            zh="引擎 spark 需要 PySpark, 尚未安装; 请运行 `pip install 'jicha[spark]'`",
        ) from error
    _keep_quiet()
    active = SparkSession.getActiveSession()
    if active is not None and active.sparkContext._jsc is not None:
        return active
    require_java()
    folder = Path(tempfile.mkdtemp(prefix="jicha-spark-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    builder = SparkSession.builder.master(master).appName("jicha")
    for name, value in _launch(master, memory, folder, few_rows=few_rows).items():
        builder = builder.config(name, value)
    try:
        with _stderr_into(folder / "spark.log"):
            return builder.getOrCreate()
    except Exception as error:  # py4j and PySpark have no error in common
        raise WorkspaceError(
            "spark_not_started",
            en=f"Spark did not start on {master}: {first_line(error)}",
            zh=f"Spark 未能在 {master} 上启动: {first_line(error)}",
        ) from error


def _launch(master: str, memory: str, folder: Path, *, few_rows: bool) -> dict[str, str]:
    """What Spark is told when it starts; later it can no longer be told."""
    settings = {
        # The rows of one statement come to the driver; its memory bounds them, not a number of their own.
        "spark.driver.maxResultSize": "0",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.sql.catalogImplementation": "in-memory",
        # Spark makes this folder whether it is used or not; by default where the user stands.
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
    }
    if _LOCAL.fullmatch(master):
        # Nothing listens but on this machine itself.
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
        settings["spark.driver.memory"] = os.environ.get("SPARK_DRIVER_MEMORY") or memory
    if few_rows:
        # A Java that lives a minute and compiles itself for hours of work takes twice as long.
        settings["spark.driver.extraJavaOptions"] = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    return settings


def _keep_quiet() -> None:
    """PySpark writes each refusal to the terminal as a page of JSON; we tell it in a line of our own."""
    from pyspark.logger import PySparkLogger

    for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
        PySparkLogger.getLogger(name).disabled = True


@contextmanager
def _stderr_into(log: Path) -> Iterator[None]:
    """What Java says when it starts and while it runs goes into a file: nobody can act on it at the terminal."""
    sys.stderr.flush()
    own = os.dup(2)
    with log.open("ab") as file:
        os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(own, 2)
        os.close(own)
