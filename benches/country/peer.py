"""The two questions of export.rs, put to DataFusion: `cargo xtask country` runs this.

The tables are in memory before the clock starts; each query is planned once
and collected five times. SQL's three-valued logic is Kleene's, a set of
outcomes is an integer (a bit an outcome), and every institution's set must be
the census's: otherwise nothing is printed. CPU seconds of all threads are
compared with the census's on the same rows, from the same run.
"""

import csv
import statistics
import sys
import time
from pathlib import Path

import pyarrow as pa
from datafusion import SessionConfig, SessionContext
from pyarrow import csv as arrow_csv

TIMES = 5
OUT, DEEMED, MET, NOT_MET = 1, 2, 4, 16
# The numbers of choices in vocabulary/facts-*.toml.
CLIENT, FIRST = 1, 0


def choice(column, number):
    """Whether a cell is a choice: unknown where nothing is held, or two values disagree on it."""
    one, other = f"{column} = {number}", f"{column}_or = {number}"
    return f"(CASE WHEN {column}_or IS NULL OR ({one}) = ({other}) THEN {one} END)"


def shown(column, number):
    """The same with 証拠 文書: a value that is shown goes before one that is not."""

    def held(suffix):
        name = column + suffix
        return f"(CASE WHEN {name} <> {number} THEN false WHEN {name}_shown THEN true END)"

    one, other = held(""), held("_or")
    return f"""(CASE
      WHEN {column}_or IS NULL THEN {one}
      WHEN {column}_shown AND NOT {column}_or_shown THEN {one}
      WHEN {column}_or_shown AND NOT {column}_shown THEN {other}
      WHEN {one} = {other} THEN {one} END)"""


def unit_set(target, requirement):
    """The sets of a unit by the table of rule-language §3: where not deemed, and from bit 10 on
    where deemed; each with what no lower outcome can pass, five bits above."""
    # The lowest outcome is the first that is possible; all below it are out of reach.
    return f"""
      CASE WHEN ({target}) IS TRUE THEN 0 ELSE {OUT | OUT << 10} END
      | CASE WHEN ({target}) IS FALSE THEN 0 ELSE
          CASE WHEN ({requirement}) IS FALSE THEN 0 ELSE {MET} END
          | CASE WHEN ({requirement}) IS TRUE THEN 0 ELSE {NOT_MET} END
          | {DEEMED << 10} END
      | CASE WHEN ({target}) IS TRUE THEN
          CASE WHEN ({requirement}) IS FALSE THEN {(NOT_MET - 1) << 5} ELSE {(MET - 1) << 5} END
          | {(DEEMED - 1) << 15} ELSE 0 END"""


def combined(word):
    """The worst of one outcome a unit, from the or over the units (the institution itself is 対象外)."""
    return f"((({word} & 31) | {OUT}) & (31 - (({word} >> 5) & 31)))"


def with_one_more(written, one_more, complete):
    """What a unit that nobody has written down may add; its lowest outcome is 対象外."""
    # Not `-w`: DataFusion 55 takes `w & -w` for `w & ~w` and makes it 0.
    lowest = f"({written} & (0 - {written}))"
    return f"(CASE WHEN {complete} THEN {written} ELSE {written} | (({written} | {one_more}) & (32 - {lowest})) END)"


def of_institutions(units, complete):
    """The sets of all institutions from those of their units."""
    usual = with_one_more("usual", OUT | MET | NOT_MET, complete)
    deemed = with_one_more("deemed", OUT | DEEMED, complete)
    return f"""
    WITH unit AS ({units}),
    total AS (SELECT institution, bit_or(possible) AS word FROM unit GROUP BY institution),
    both_ways AS (
      SELECT i.institution, deemed_yes, deemed_no, {complete},
        {combined("coalesce(word, 0)")} AS usual, {combined("(coalesce(word, 0) >> 10)")} AS deemed
      FROM institutions i LEFT JOIN total USING (institution))
    SELECT institution,
      CASE WHEN deemed_no THEN {usual} ELSE 0 END | CASE WHEN deemed_yes THEN {deemed} ELSE 0 END AS possible
    FROM both_ways"""


TERMINALS_LEFT = of_institutions(
    f"""SELECT institution, {unit_set("target", "requirement")} AS possible FROM (
      SELECT institution, {choice("type", CLIENT)} AS target,
        {choice("locks", FIRST)} OR {choice("away", FIRST)} AS requirement
      FROM assets)""",
    "assets_complete",
)

# Of an asset in a range: what it adds to すべての, as bits.
FAILS, OPEN, SURE, EXCLUDED = 1, 2, 4, 8
TWO_FACTOR = of_institutions(
    f"""SELECT institution, {unit_set(choice("uses", FIRST), "requirement")} AS possible FROM (
      SELECT institution, uses, uses_or, CASE
        WHEN signs & {FAILS} <> 0 THEN false
        WHEN open OR signs & {OPEN} <> 0 THEN NULL
        WHEN signs & {SURE} <> 0 OR no_terminal OR signs & {EXCLUDED} <> 0 THEN true
        END AS requirement
      FROM systems LEFT JOIN (
        SELECT system, bit_or(
          CASE WHEN certain AND within AND NOT excepted AND NOT body THEN {FAILS} ELSE 0 END
          | CASE WHEN within IS NOT FALSE AND excepted IS NOT TRUE AND body IS NOT TRUE THEN {OPEN} ELSE 0 END
          | CASE WHEN certain AND within AND NOT excepted THEN {SURE} ELSE 0 END
          | CASE WHEN certain AND within AND excepted THEN {EXCLUDED} ELSE 0 END) AS signs
        FROM members JOIN (
          SELECT asset, {choice("type", CLIENT)} AS within,
            {shown("approved", FIRST)} OR {choice("jump", FIRST)} AS excepted,
            {choice("app", FIRST)} OR ({choice("platform", FIRST)} AND {choice("handed_over", FIRST)}
              AND {choice("rights", FIRST)}) AS body
          FROM assets) USING (asset)
        GROUP BY system) USING (system))""",
    "systems_complete",
)

QUESTIONS = [
    ("terminals_left", "運12⑥ 席を離れた端末、資産ごと", TERMINALS_LEFT),
    ("two_factor", "運14⑤のうち端末の二要素認証、構成資産でシステムごと", TWO_FACTOR),
]


def table(folder, name):
    """A table in memory; a choice is one byte."""
    path = folder / f"{name}.csv"
    head = path.open(encoding="utf-8").readline().strip().split(",")
    wide = {"asset", "system", "institution"}
    flags = {"open", "no_terminal", "certain", "approved_shown", "approved_or_shown", "deemed_yes", "deemed_no"}
    flags |= {c for c in head if c.endswith("_complete")}
    of = {c: pa.int32() if c in wide else pa.bool_() if c in flags else pa.int8() for c in head}
    options = arrow_csv.ConvertOptions(column_types=of, null_values=[""])
    return arrow_csv.read_csv(path, convert_options=options)


def main(folder):
    tables = {n: table(folder, n) for n in ["assets", "systems", "members", "institutions"]}
    with (folder / "census.csv").open(encoding="utf-8") as file:
        census = {row["question"]: float(row["seconds"]) for row in csv.DictReader(file)}
    sizes = ", ".join(f"{name} {t.num_rows}" for name, t in tables.items())
    print(f"\nDataFusion on the same rows, in memory ({sizes})\n")
    print("| question | threads | DataFusion | census | DataFusion : census |\n|---|---:|---:|---:|---:|")
    for threads in [1, 2]:
        context = SessionContext(SessionConfig().with_target_partitions(threads))
        for name, t in tables.items():
            context.register_record_batches(name, [t.to_batches(max_chunksize=-(-t.num_rows // threads))])
        for name, title, query in QUESTIONS:
            planned = context.sql(query)
            check(planned.to_arrow_table(), tables["institutions"], name)
            seconds = []
            for _ in range(TIMES):
                before = time.process_time()
                planned.collect()
                seconds.append(time.process_time() - before)
            peer, ours = statistics.median(seconds), census[name]
            print(f"| {title} | {threads} | {peer * 1e3:.1f} CPU ms | {ours * 1e3:.2f} CPU ms | {peer / ours:.1f} |")
    print("\nThe sets are the census's for every institution and both questions.")


def check(found, institutions, name):
    """Stops unless the sets are the census's."""
    ours = dict(zip(institutions["institution"].to_pylist(), institutions[name].to_pylist()))
    theirs = dict(zip(found["institution"].to_pylist(), found["possible"].to_pylist()))
    wrong = [i for i in ours if ours[i] != theirs.get(i)]
    if wrong or len(ours) != len(theirs):
        i = wrong[0] if wrong else None
        sys.exit(f"{name}: {len(wrong)} of {len(ours)} sets differ, first institution {i}: "
                 f"census {ours.get(i)}, DataFusion {theirs.get(i)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
