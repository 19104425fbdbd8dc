"""The tree keeps to the include table, and the check that says so finds deliberate mistakes."""

from pathlib import Path

import pytest

from lint import include_edges


def test_the_tree_has_no_wrong_edge():
    assert list(include_edges.wrong_edges(include_edges.ROOT / "src")) == []


@pytest.mark.parametrize(
    ("file", "line", "wrong"),
    [
        ("gateway/a.cpp", '#include "shared/ocpp/frame.hpp"', None),
        ("gateway/a.cpp", '#include "shared/store/prices.hpp"', "gateway may not include shared/store"),
        ("gateway/a.cpp", '#include "api/app.hpp"', "gateway may not include api"),
        ("gateway/a.cpp", "#include <pqxx/pqxx>", "gateway may not include <pqxx/pqxx>"),
        (
            "gateway/a.cpp",
            "#include <librdkafka/rdkafka.h>",
            "gateway may not include <librdkafka/rdkafka.h>",
        ),
        ("gateway/a.cpp", '// #include "api/app.hpp"', None),
        (
            "gateway/a.cpp",
            '#include "app.hpp"',
            '"app.hpp" is no header of ours, named by its path from src/',
        ),
        ("shared/kafka/a.cpp", "#include <librdkafka/rdkafka.h>", None),
        ("shared/store/a.cpp", "#include <pqxx/pqxx>", None),
        ("shared/ocpp/a.hpp", "#include <chrono>", None),
        ("shared/ocpp/a.hpp", "#include <boost/json.hpp>", None),
        (
            "shared/ocpp/a.hpp",
            "#include <boost/asio.hpp>",
            "shared/ocpp may not include <boost/asio.hpp>",
        ),
        (
            "shared/events/a.hpp",
            "#include <boost/beast/core.hpp>",
            "shared/events may not include <boost/beast/core.hpp>",
        ),
        ("shared/domain/a.hpp", "#include <thread>", "shared/domain is pure and may not include <thread>"),
        (
            "shared/domain/a.cpp",
            "auto t = std::chrono::system_clock::now();",
            "shared/domain knows no clock, but calls system_clock::now(",
        ),
        ("shared/unheard/a.cpp", "int x;", "lies in no folder that the architecture names"),
        ("a.cpp", "int x;", "lies in no folder that the architecture names"),
    ],
)
def test_an_edge(tmp_path: Path, file: str, line: str, wrong: str | None):
    for header in ("shared/ocpp/frame.hpp", "shared/store/prices.hpp", "api/app.hpp"):
        (tmp_path / header).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / header).touch()
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(line + "\n")
    found = list(include_edges.wrong_edges(tmp_path))
    assert [entry.split(": ", 1)[1] for entry in found] == ([wrong] if wrong else [])
