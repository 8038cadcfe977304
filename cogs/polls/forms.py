"""What a person answers with: buttons, menus, and form pages of up to five menus."""

from typing import Any

import discord

from bot.controls import address, button
from bot.words import Composed, Words, plain, shortened
from cogs.polls import drafts
from meeting.polls import Choice, Poll, PollKind

Row = discord.ui.ActionRow[Any]

BUTTONS = 10
"""Options that are buttons; more are a menu."""

ON_BUTTON = 40
"""Characters of an option on a button: on a phone a longer one is cut in the middle of a word."""

FIVE = 5
"""Buttons of a row (Discord's limit)."""

RANKS = ("first", "second", "third", "fourth", "fifth")
"""Places of a ranking, as the words have them."""

LABEL, DESCRIPTION, OPTION = 45, 100, 100
"""Characters of a form's label and its description, and of a menu's option (Discord's limits)."""


def direct(poll: Poll) -> bool:
    """Whether the poll is answered by controls that stand on its panel for all."""
    return poll.kind in (PollKind.SINGLE, PollKind.APPROVAL) and not poll.shuffled


def choosing_rows(words: Words, poll: Poll, places: list[int], locale: str | None = None) -> list[Row]:
    """Buttons or a menu for one choice, or several."""
    if poll.kind is PollKind.SINGLE and len(places) <= BUTTONS:
        texts = [plain(option.text) for option in poll.options]
        short = all(len(text) <= ON_BUTTON for text in texts)
        buttons = [
            button(
                texts[place] if short else shortened(f"{place + 1}. {texts[place]}", ON_BUTTON),
                address("polls", poll.poll_id, "pick", drafts.SIGNS[place]),
            )
            for place in places
        ]
        per_row = 5 if short and all(len(text) <= 12 for text in texts) else 3
        return [discord.ui.ActionRow(*buttons[n : n + per_row]) for n in range(0, len(buttons), per_row)]
    menu: discord.ui.Select[Any] = discord.ui.Select(
        custom_id=address("polls", poll.poll_id, "pick"),
        placeholder=words.say("polls.panel.choose", locale)[:150],
        min_values=1,
        max_values=1 if poll.kind is PollKind.SINGLE else min(poll.most, len(places)),
        options=[_entry(poll, place) for place in places],
    )
    return [discord.ui.ActionRow(menu)]


def _entry(poll: Poll, place: int, *, chosen: bool = False) -> discord.SelectOption:
    """An option in a menu, with the rest of a long one in small below it."""
    text = plain(f"{place + 1}. {poll.options[place].text}")
    rest = text[OPTION - 1 :] if len(text) > OPTION else ""
    return discord.SelectOption(
        label=shortened(text, OPTION),
        value=drafts.SIGNS[place],
        description=f"…{rest}"[:DESCRIPTION] if rest else None,
        default=chosen,
    )


def page_form(words: Words, poll: Poll, page: int, draft: str, voter: str, locale: str) -> discord.ui.Modal:
    """A page of a ranking, points or score form, filled in as the draft has it."""
    all_pages = drafts.pages(poll, voter)
    title = words.say(f"polls.form.title.{poll.kind}", locale, dots=poll.most, cap=poll.cap)
    if len(all_pages) > 1:
        title = words.say("polls.form.page", locale, title=title, page=page + 1, pages=len(all_pages))
    form = discord.ui.Modal(
        title=title[:45], custom_id=address("polls", poll.poll_id, "page", f"{page}.{draft}")
    )
    for place in all_pages[page]:
        label, more = _label(words, poll, place, locale)
        form.add_item(
            discord.ui.Label(
                text=label,
                description=more,
                component=discord.ui.Select(
                    custom_id=f"o{place}",
                    required=True,
                    options=_menu(words, poll, place, draft, voter, locale),
                ),
            )
        )
    return form


def sent_page(chosen: dict[str, tuple[str, ...]]) -> dict[int, str]:
    """What a sent page says, by place in the draft."""
    return {
        int(name[1:]): values[0]
        for name, values in chosen.items()
        if name[:1] == "o" and name[1:].isdecimal() and len(name) <= 3 and values
    }


def _label(words: Words, poll: Poll, place: int, locale: str) -> tuple[str, str | None]:
    """A field's label, and below it the rest of what does not fit there."""
    if poll.kind is PollKind.RANKING:
        return words.say(f"polls.form.place.{RANKS[place]}", locale)[:LABEL], None
    text = plain(words.say("polls.form.option", locale, n=place + 1, text=Composed(poll.options[place].text)))
    if len(text) <= LABEL:
        return text, None
    return shortened(text, LABEL), shortened(poll.options[place].text, DESCRIPTION)


def _menu(
    words: Words, poll: Poll, place: int, draft: str, voter: str, locale: str
) -> list[discord.SelectOption]:
    said = draft[place]
    if poll.kind is PollKind.RANKING:
        return [
            _entry(poll, option, chosen=drafts.SIGNS[option] == said) for option in drafts.order(poll, voter)
        ]
    if poll.kind is PollKind.POINTS:
        labels = {n: str(words.say("polls.form.dots", locale, n=n)) for n in range(poll.cap + 1)}
    else:
        labels = {level: shortened(name, OPTION) for level, name in enumerate(poll.levels)}
    if said == drafts.OPEN and poll.kind is PollKind.POINTS:
        said = drafts.SIGNS[0]
    return [
        discord.SelectOption(label=text, value=drafts.SIGNS[number], default=drafts.SIGNS[number] == said)
        for number, text in labels.items()
    ]


def confirm_row(words: Words, poll: Poll, choice: Choice, locale: str, *, asks_mode: bool) -> Row:
    """Send it, or go back, under a secret ballot that is first and final.

    `asks_mode`: a breakdown needs to know now where the person is; afterwards the ballot is nobody's.
    """
    draft, row = drafts.draft_of(poll, choice), Row()
    for where in ("room", "virtual") if asks_mode else ("",):
        row.add_item(
            button(
                words.say(f"polls.answer.send_{where}" if where else "polls.answer.send", locale),
                address("polls", poll.poll_id, "send", f"{draft}.{where}" if where else draft),
                discord.ButtonStyle.success,
            )
        )
    row.add_item(
        button(words.say("polls.answer.back", locale), address("polls", poll.poll_id, "back", draft))
    )
    return row


def summary_rows(words: Words, poll: Poll, draft: str, voter: str, locale: str, *, whole: bool) -> list[Row]:
    """Continue · Change · Record, each with the draft in it."""
    buttons: list[discord.ui.Button[Any]] = []
    count, left = len(drafts.pages(poll, voter)), drafts.unsaid(poll, draft, voter)
    if whole:
        buttons.append(
            button(
                words.say("polls.answer.record", locale),
                address("polls", poll.poll_id, "record", draft),
                discord.ButtonStyle.success,
            )
        )
    elif left is not None:
        buttons.append(
            button(
                words.say("polls.answer.continue", locale),
                address("polls", poll.poll_id, "go", f"{left}.{draft}"),
                discord.ButtonStyle.primary,
            )
        )
    for page in range(count):
        if page != left or whole:
            label = words.say("polls.answer.change", locale)
            if count > 1:
                label = words.say("polls.answer.change_page", locale, page=page + 1)
            buttons.append(button(label, address("polls", poll.poll_id, "go", f"{page}.{draft}")))
    return [Row(*buttons[start : start + FIVE]) for start in range(0, len(buttons), FIVE)]
