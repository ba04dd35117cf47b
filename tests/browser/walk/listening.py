"""What children say, and what is done with it: ideas, the council, stories, talks, measuring."""

from typing import Final

from tests.browser.walk.stops import KEEP, SEND, Stop, on, one

NOTING: Final = (
    Stop("conversation-new", "/today", ("main a[href='/conversations/new']",)),
    Stop("conversation-refused", "/today", ("main a[href='/conversations/new']", SEND)),
    Stop("conversations", "/conversations/"),
    Stop("conversations-month", "/conversations/", ("main a[href*='/conversations/2']",)),
    Stop("conversations-poster", "/conversations/", ("main a[href*='/conversations/poster/']",)),
)
IDEAS: Final = (
    Stop("ideas", "/ideas/"),
    Stop("idea-new", "/ideas/", on("new")),
    Stop("idea-refused", "/ideas/", (*on("new"), KEEP)),
    Stop("idea", "/ideas/", (one("/ideas/"),)),
    Stop("idea-decision", "/ideas/", (one("/ideas/"), *on("decision"))),
    Stop("idea-space", "/ideas/", (one("/ideas/"), *on("space"))),
    Stop("board-to-read", "/ideas/read"),
    Stop("board-read", "/ideas/read", on("read")),
    Stop("board-decline", "/ideas/read", on("read", "decline")),
    Stop("board-worry", "/ideas/read", on("read", "worry")),
    Stop("boards", "/ideas/read", on("boards")),
    Stop("boards-paper", "/ideas/read", on("boards", "paper")),
)
COUNCIL: Final = (
    Stop("council", "/council/"),
    Stop("council-agenda", "/council/", ("main a[href$='/council']",)),
    Stop("council-told", "/council/", on("told")),
    Stop("council-decision", "/council/", (one("/council/"),)),
)
STORIES: Final = (
    Stop("stories", "/stories/"),
    Stop("story-new", "/stories/", on("new")),
    Stop("story-refused", "/stories/", (*on("new"), KEEP)),
    Stop("story", "/stories/", (one("/stories/"),)),
    Stop("story-words", "/stories/", (one("/stories/"), *on("words"))),
)
TALKS: Final = (
    Stop("talks", "/talks/"),
    Stop("talk", "/talks/", (one("/talks/"),)),
    Stop("talk-face", "/talks/", ("main a[href*='/talks/keepers/']",)),
)
MEASURING: Final = (
    Stop("measuring", "/measuring/"),
    Stop("measured", "/measuring/", ("main a[href*='/measuring/goals/']",)),
    Stop(
        "measured-reading",
        "/measuring/",
        ("main a[href*='/measuring/goals/']", "main a[href*='/reading/']"),
    ),
)
ASKING: Final = (Stop("measuring-week-new", "/measuring/", on("weeks/new")),)
TALK_OFFICE: Final = (Stop("talk-office", "/talks/office"),)
