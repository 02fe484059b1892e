"""Scores as one HTML file that needs no network: plots, and questions with pictures and answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

from collector.dataset import Dataset
from collector.document import fill, jpeg, replace
from collector.errors import DatasetError, StorageFull, UsageError
from collector.evaluation.asking import pictures_of
from collector.evaluation.evaluate import Evaluation, Figures, Given, Sets
from collector.evaluation.footage import Footage, Picture
from collector.evaluation.questions import Question
from collector.evaluation.score import Score, group, is_right

PAGE = "score.html"
# Questions on the page: the wrong ones come first, and some right ones of every set beside them.
WRONG_SHOWN = 120
RIGHT_SHOWN = 3
PICTURE_WIDTH = 320


class Example(NamedTuple):
    """A question with its pictures, and what was answered in each trial; None without an answer."""

    question: Question
    given: Given
    pictures: Sequence[Picture]

    @property
    def right(self) -> bool:
        """Whether every answer is the true one."""
        return all_right(self.question, self.given)


def write_page(evaluation: Evaluation, sets: Sets, footage: Footage, out: Path) -> Path:
    """Write `score.html` into a folder.

    Raises:
        StorageFull: it cannot be written.
    """
    given = evaluation.judged.given if evaluation.judged else {}
    examples = list(_examples(choose(sets.questions, given), given, footage, sets.dataset))
    path = out / PAGE
    try:
        out.mkdir(parents=True, exist_ok=True)
        replace(path, render(evaluation, examples))
    except OSError as error:
        raise StorageFull(f"{path} cannot be written: {error}") from error
    return path


def all_right(question: Question, given: Given) -> bool:
    """Whether every answer to a question is the true one."""
    return all(answer is not None and is_right(question, answer) for answer in given)


def choose(questions: Sequence[Question], given: Mapping[str, Given]) -> list[Question]:
    """What is shown of each set: questions that were not always answered rightly, then some that were."""
    room, chosen = WRONG_SHOWN, []
    for some in group([one for one in questions if one.id in given], lambda one: one.set).values():
        wrong = [one for one in some if not all_right(one, given[one.id])][:room]
        room -= len(wrong)
        chosen += [*wrong, *[one for one in some if all_right(one, given[one.id])][:RIGHT_SHOWN]]
    return chosen


def render(evaluation: Evaluation, examples: Sequence[Example]) -> str:
    """The page's HTML."""
    parts = {
        "TITLE": escape(evaluation.videos),
        "TILES": "".join(_tiles(evaluation)),
        "SECTIONS": "".join(_sections(evaluation, examples)),
    }
    return fill("collector.evaluation", "score.html", parts)


def _examples(
    questions: Sequence[Question], given: Mapping[str, Given], footage: Footage, dataset: Dataset
) -> Iterator[Example]:
    shown = {}
    for name, some in group(questions, lambda one: one.episode).items():
        try:
            shown[name] = pictures_of(some, footage, dataset)
        except (DatasetError, UsageError):  # it was left out of the scores too, with the reason
            continue
    for one in questions:
        places = list(zip(one.players, one.frames, strict=True))
        found = shown.get(one.episode, {})
        if all(place in found for place in places):
            yield Example(one, given[one.id], [found[place] for place in places])


def _tiles(evaluation: Evaluation) -> Iterator[str]:
    judged = evaluation.judged
    tiles: list[tuple[str, str]] = [(evaluation.sets, "sets")]
    if judged:
        scores = judged.scores
        mean = sum(one.accuracy for one in scores.sets.values()) / len(scores.sets)
        tiles += [
            (judged.judge, "judge"),
            (str(judged.trials), "trials"),
            (f"{mean:.1%}", "mean of all sets"),
            (str(len(judged.given)), "questions"),
            (str(scores.unanswered), "without an answer"),
        ]
        if judged.usage.cost is not None:
            tiles.append((f"{judged.usage.cost:.2f}", "cost of this run"))
    tiles += [(f"{value:.2f}", name.upper()) for name, value in evaluation.distances.items()]
    for value, name in tiles:
        yield f"<div class=tile><b>{escape(value)}</b><span>{escape(name)}</span></div>"


def _sections(evaluation: Evaluation, examples: Sequence[Example]) -> Iterator[str]:
    if evaluation.judged:
        scores = evaluation.judged.scores
        wrong = _wrong(examples)
        yield _section("Sets", _bars(scores.sets, wrong), ("set", "right", "", "episodes", "wrong answers"))
        yield _section("Kinds", _bars(scores.kinds, {}), ("kind", "right", "", "episodes", ""))
    if evaluation.figures:
        rows = "".join(_figures(name, one) for name, one in evaluation.figures.items())
        yield _section("Without a judge", rows, ("set", *_COLUMNS.values()))
    for name, some in _by_set(examples).items():
        kind = escape(some[0].question.kind)
        yield f"<section id='{escape(name)}'><h2>{escape(name)} <small>{kind}</small></h2>"
        yield f"<div class=grid>{''.join(map(_example, some))}</div></section>"
    if evaluation.left_out:
        reasons = (f"<li>{escape(name)}: {escape(why)}</li>" for name, why in evaluation.left_out.items())
        yield f"<section><h2>Left out</h2><ul>{''.join(reasons)}</ul></section>"


_COLUMNS = {
    "episodes": "episodes",
    "psnr": "PSNR, dB",
    "ssim": "SSIM",
    "following": "turns as told",
    "late": "late videos",
    "turn_error": "turn error, degrees a tick",
    "cross_view": "views agree",
}


def _by_set(examples: Sequence[Example]) -> dict[str, list[Example]]:
    found: dict[str, list[Example]] = {}
    for one in examples:
        found.setdefault(one.question.set, []).append(one)
    return found


def _wrong(examples: Sequence[Example]) -> dict[str, int]:
    return {name: sum(not one.right for one in some) for name, some in _by_set(examples).items()}


def _section(title: str, rows: str, columns: Sequence[str]) -> str:
    heads = "".join(f"<th>{escape(name)}" for name in columns)
    return f"<section><h2>{escape(title)}</h2><table><tr>{heads}</tr>{rows}</table></section>"


def _bars(scores: Mapping[str, Score], wrong: Mapping[str, int]) -> str:
    """A line for each set: accuracy as a bar, and its deviation over the trials as a stroke."""
    rows = []
    for name, one in scores.items():
        low, high = (100 * (one.accuracy + sign * one.deviation) for sign in (-1, 1))
        spread = f"<path class=spread d='M{low:.1f} 8 H{high:.1f}'/>" if one.deviation else ""
        bar = (
            "<svg viewBox='0 0 100 16' preserveAspectRatio=none role=img>"
            "<rect class=room width=100 height=16 />"
            f"<rect class=bar width={100 * one.accuracy:.1f} height=16 />{spread}</svg>"
        )
        link = f"<a href='#{escape(name)}'>{wrong[name]}, shown below</a>" if wrong.get(name) else ""
        rows.append(
            f"<tr><td>{escape(name)}</td>"
            f"<td class=num>{one.accuracy:.1%} <small>± {one.deviation:.1%}</small></td>"
            f"<td class=wide>{bar}</td><td class=num>{one.episodes}</td><td>{link}</td></tr>"
        )
    return "".join(rows)


def _figures(name: str, figures: Figures) -> str:
    cells = []
    for column in _COLUMNS:
        value = getattr(figures, column)
        shown = "–" if value is None else str(value) if isinstance(value, int) else f"{value:.3f}"
        cells.append(f"<td>{shown}</td>")
    return f"<tr><td>{escape(name)}</td>{''.join(cells)}</tr>"


def _example(one: Example) -> str:
    question, mark = one.question, "right" if one.right else "wrong"
    names = [f"player {p}, frame {f}" for p, f in zip(question.players, question.frames, strict=True)]
    pictures = "".join(
        f"<img src='{jpeg(picture, PICTURE_WIDTH)}' alt='{name}' title='{name}'>"
        for picture, name in zip(one.pictures, names, strict=True)
    )
    answers = ", ".join("no answer" if answer is None else repr(answer) for answer in one.given)
    evidence = ", ".join(f"{name} {value:g}" for name, value in question.evidence.items())
    return (
        f"<figure class={mark}><div class=pictures>{pictures}</div><figcaption>"
        f"<p>{escape(question.text)}</p><p>expected <b class=right>{escape(question.answer)}</b>, "
        f"given <b class={mark}>{escape(answers)}</b></p>"
        f"<p class=quiet>{escape(question.id)}: {escape(evidence)}</p></figcaption></figure>"
    )
